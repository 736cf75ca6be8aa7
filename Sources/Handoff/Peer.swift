internal import Posix

/// One process of a generation that has spoken to us.
final class Peer {
  /// A listener of it.
  struct Listener: Equatable {
    let key: String
    let address: String
    var polled = false
    /// A thread waits there: a connection that is sent to this process is accepted.
    var awaited = false
  }

  let socket: RecordSocket
  /// Known once it has said hello.
  var generation: Int?
  var listeners: [Int: Listener] = [:]
  /// Keys of what it has asked for, and may have bound.
  var bound: Set<String> = []
  var settled = false
  /// Moved connections that it was sent and has not accepted.
  var unaccepted = 0
  /// Whether the app has the library `HotReload`.
  var isAttached = false
  var watch: EventLoop.Token?

  /// Keys of all that it has, or may have.
  var keys: Set<String> { bound.union(listeners.values.map(\.key)) }

  init(_ socket: consuming RecordSocket) { self.socket = socket }

  /// Sends a command. A peer that is gone is noticed by its end of file, not here. False for one that did not leave.
  @discardableResult
  func send(_ command: Command, descriptor: CInt = -1) -> Bool {
    do throws(SystemError) {
      try socket.send(command.record, descriptor: descriptor)
      return true
    } catch {
      return false
    }
  }
}
