package import Posix

/// The listening sockets of the servers. Each is kept open from the first listen(2) on by a descriptor of
/// hotreload.
package final class ListenerStore {
  /// A listener that is kept open.
  private final class Stored {
    /// The listening socket.
    let descriptor: Descriptor
    /// The largest backlog that a server has asked for.
    var backlog: Int
    /// The address if hotreload listens there itself, whether or not a server does.
    var address: ListenAddress?
    /// Whether hotreload was started with the socket.
    let isInherited: Bool

    init(
      _ descriptor: consuming Descriptor, backlog: Int, address: ListenAddress? = nil,
      isInherited: Bool = false
    ) {
      self.descriptor = descriptor
      self.backlog = backlog
      self.address = address
      self.isInherited = isInherited
    }

    /// Whether hotreload listens there itself, whether or not a server does.
    var isOwn: Bool { address != nil || isInherited }

    /// The path of a socket that hotreload has created in the file system.
    var ownPath: String? { isInherited ? nil : address?.path }
  }

  /// The listeners, by key.
  private var listeners: [String: Stored] = [:]
  /// The sockets that hotreload was started with.
  private var inherited = InheritedSockets.none

  /// Creates an empty store.
  package init() {}

  /// The keys of all listeners.
  package var keys: Set<String> { Set(listeners.keys) }

  /// Keeps a listener that a server has bound.
  package func keep(_ descriptor: consuming Descriptor, key: String, backlog: Int) {
    let known = listeners[key]
    listeners[key] = Stored(
      descriptor, backlog: backlog, address: known?.address, isInherited: known?.isInherited == true)
  }

  /// Keeps the sockets that this process was started with. Every server gets them, and may bind their
  /// addresses as well.
  package func keep(_ sockets: InheritedSockets) {
    inherited = sockets
    for (name, number) in sockets.all {
      guard let address = ListenAddress(listening: number, name: name),
        let descriptor = try? Descriptor.duplicate(of: number)
      else { continue }
      listeners[address.key] = Stored(descriptor, backlog: 4096, isInherited: true)
    }
  }

  /// Listens at these addresses. Closes the listeners at earlier addresses, except for those in `used`.
  /// Throws ``ListenFailure``, in which case nothing has changed.
  package func listen(at addresses: [ListenAddress], used: Set<String>) throws(ListenFailure) {
    var opened: [String: Stored] = [:]
    for address in addresses where listeners[address.key] == nil {
      do throws(SystemError) {
        opened[address.key] = Stored(try address.listen(), backlog: 4096, address: address)
      } catch {
        for other in opened.values { other.address?.path.map(FileSystem.remove) }
        throw ListenFailure(address: address, key: address.key, error: error)
      }
    }
    for (key, listener) in listeners {
      let before = listener.address
      listener.address = addresses.first { $0.key == key }
      if let before, !listener.isOwn, !used.contains(key) {
        before.path.map(FileSystem.remove)
        listeners[key] = nil
      }
    }
    listeners.merge(opened) { $1 }
  }

  /// The sockets that this process was started with, followed by those of ``listen(at:used:)`` in the order
  /// of their keys.
  package var hotreloadListeners: [(name: String, descriptor: CInt)] {
    inherited.all
      + listeners.sorted { $0.key < $1.key }.compactMap { _, listener in
        listener.isInherited ? nil : listener.address.map { ($0.name, listener.descriptor.number) }
      }
  }

  /// Records a larger backlog. listen(2) sets the backlog for all holders of the socket.
  package func raiseBacklog(of key: String, to backlog: Int) {
    if let listener = listeners[key] { listener.backlog = max(listener.backlog, backlog) }
  }

  /// Calls `body` with the descriptor and backlog of a listener. Returns false if there is none with this
  /// key.
  package func withListener(_ key: String, _ body: (_ descriptor: CInt, _ backlog: Int) -> Void) -> Bool {
    guard let listener = listeners[key] else { return false }
    body(listener.descriptor.number, listener.backlog)
    return true
  }

  /// Returns the inode that identifies the socket (socket(7)), or `nil` if there is no listener with this
  /// key.
  package func inode(of key: String) -> UInt64? {
    listeners[key].flatMap { ListeningSocket.inode(of: $0.descriptor.number) }
  }

  /// Returns whether hotreload listens there itself.
  package func isOwn(_ key: String) -> Bool { listeners[key]?.isOwn == true }

  /// Closes a listener, unless hotreload listens there itself.
  package func discard(_ key: String) { if !isOwn(key) { listeners[key] = nil } }

  /// Closes all listeners, and removes the sockets that hotreload has created in the file system.
  package func discardAll() {
    for listener in listeners.values { listener.ownPath.map(FileSystem.remove) }
    listeners = [:]
  }

  /// Closes the listeners that no server uses, except for hotreload's own.
  package func discard(allBut used: Set<String>) {
    listeners = listeners.filter { used.contains($0.key) || $0.value.isOwn }
  }
}

/// The failure to listen at an address.
package struct ListenFailure: Error {
  /// The address.
  package let address: ListenAddress
  /// The key of the address, as in ``HandoffEvent/bindFailed(key:code:)``.
  package let key: String
  /// The error of the call that failed.
  package let error: SystemError
}
