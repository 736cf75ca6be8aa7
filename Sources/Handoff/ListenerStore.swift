package import Posix

/// The listening sockets of the servers, each kept open from its first `listen` on by a descriptor of ours.
package final class ListenerStore {
  private final class Stored {
    let descriptor: Descriptor
    var backlog: Int

    init(_ descriptor: consuming Descriptor, backlog: Int) {
      self.descriptor = descriptor
      self.backlog = backlog
    }
  }

  private var listeners: [String: Stored] = [:]

  /// Nothing is kept yet.
  package init() {}

  /// What is kept.
  package var keys: Set<String> { Set(listeners.keys) }

  /// Keeps a listener that a server has bound.
  package func keep(_ descriptor: consuming Descriptor, key: String, backlog: Int) {
    listeners[key] = Stored(descriptor, backlog: backlog)
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

  /// Closes one listener.
  package func discard(_ key: String) { listeners[key] = nil }

  /// Closes the listeners that no server uses any more.
  package func discard(allBut used: Set<String>) {
    listeners = listeners.filter { used.contains($0.key) }
  }
}
