package import Posix

/// The listening sockets of the servers, each kept open from its first `listen` on by a descriptor of ours.
package final class ListenerStore {
  private final class Stored {
    let descriptor: Descriptor
    var backlog: Int
    /// Where we listen ourselves, whether or not a server does.
    var address: ListenAddress?
    /// Hotreload was started with it.
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

    /// We listen there whether or not a server does.
    var isOwn: Bool { address != nil || isInherited }

    /// The path at which we have made the socket.
    var ownPath: String? { isInherited ? nil : address?.path }
  }

  private var listeners: [String: Stored] = [:]
  private var inherited = InheritedSockets.none

  /// Nothing is kept yet.
  package init() {}

  /// What is kept.
  package var keys: Set<String> { Set(listeners.keys) }

  /// Keeps a listener that a server has bound.
  package func keep(_ descriptor: consuming Descriptor, key: String, backlog: Int) {
    let known = listeners[key]
    listeners[key] = Stored(
      descriptor, backlog: backlog, address: known?.address, isInherited: known?.isInherited == true)
  }

  /// Keeps what this process was started with: every server gets it, and may bind it as well.
  package func keep(_ sockets: InheritedSockets) {
    inherited = sockets
    for (name, number) in sockets.all {
      guard let address = ListenAddress(listening: number, name: name),
        let descriptor = try? Descriptor.duplicate(of: number)
      else { continue }
      listeners[address.key] = Stored(descriptor, backlog: 4096, isInherited: true)
    }
  }

  /// Listens at these addresses, and no more at those that it was given before, unless a server does (`used`). Throws
  /// ``ListenFailure``; then nothing has changed.
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

  /// Those that this process was started with, and then those at which ``listen(at:used:)`` listens, in the order of their
  /// keys.
  package var own: [(name: String, descriptor: CInt)] {
    inherited.all
      + listeners.sorted { $0.key < $1.key }.compactMap { _, listener in
        listener.isInherited ? nil : listener.address.map { ($0.name, listener.descriptor.number) }
      }
  }

  /// Remembers a larger backlog: `listen(2)` sets it for all holders.
  package func raiseBacklog(of key: String, to backlog: Int) {
    if let listener = listeners[key] { listener.backlog = max(listener.backlog, backlog) }
  }

  /// Calls `body` with the descriptor and backlog of a listener; false if it is not kept.
  package func withListener(_ key: String, _ body: (_ descriptor: CInt, _ backlog: Int) -> Void) -> Bool {
    guard let listener = listeners[key] else { return false }
    body(listener.descriptor.number, listener.backlog)
    return true
  }

  /// The inode of the socket (socket(7)), which tells it from others; `nil` if it is not kept.
  package func inode(of key: String) -> UInt64? {
    listeners[key].flatMap { ListeningSocket.inode(of: $0.descriptor.number) }
  }

  /// Whether we listen there ourselves.
  package func isOwn(_ key: String) -> Bool { listeners[key]?.isOwn == true }

  /// Closes one listener, unless it is our own.
  package func discard(_ key: String) { if !isOwn(key) { listeners[key] = nil } }

  /// Closes all; what we have opened ourselves and has a path leaves the file system.
  package func discardAll() {
    for listener in listeners.values { listener.ownPath.map(FileSystem.remove) }
    listeners = [:]
  }

  /// Closes the listeners that no server uses any more.
  package func discard(allBut used: Set<String>) {
    listeners = listeners.filter { used.contains($0.key) || $0.value.isOwn }
  }
}

/// An address at which hotreload was to listen, and could not.
package struct ListenFailure: Error {
  package let address: ListenAddress
  /// As ``HandoffEvent/bindFailed(key:code:)`` has it.
  package let key: String
  package let error: SystemError
}
