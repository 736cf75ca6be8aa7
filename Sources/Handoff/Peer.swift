internal import Glibc
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
  var pid = 0
  var listeners: [Int: Listener] = [:]
  /// Keys of what it has asked for, and may have bound.
  var bound: Set<String> = []
  var settled = false
  /// Moved connections that it was sent and has not accepted.
  var unaccepted = 0
  /// Whether the app has the library `HotReload`.
  var isAttached = false

  /// Everything has left that there was no room for.
  var hasRoom: () -> Void = {}

  /// Keys of all that it has, or may have.
  var keys: Set<String> { bound.union(listeners.values.map(\.key)) }

  private let loop: EventLoop
  private var watch: EventLoop.Token?
  /// Nil while there has been room for everything.
  private var outbox: Outbox?

  init(_ socket: consuming RecordSocket, loop: EventLoop) {
    self.socket = socket
    self.loop = loop
  }

  /// Calls `spoken` whenever there is something to receive. Throws the errno of `epoll_ctl(2)`.
  func listen(spoken: @escaping () -> Void) throws(SystemError) {
    watch = try loop.whenReadable(socket.descriptor, spoken)
  }

  /// Nothing more is received or sent.
  func close() {
    watch.map(loop.forget)
    outbox?.close()
  }

  /// Sends a command, if need be when the process has read what came before. A peer that is gone is noticed by its end of
  /// file, not here.
  func send(_ command: Command, descriptor: CInt = -1) {
    do throws(SystemError) {
      if outbox == nil { return try socket.send(command.record, descriptor: descriptor) }
    } catch {
      guard error.code == EAGAIN, let copy = try? socket.duplicate() else { return }
      outbox = try? Outbox(copy, loop: loop) { [unowned self] in
        outbox = nil
        hasRoom()
      }
    }
    outbox?.add(command, descriptor: descriptor)
  }

  /// Sends a command if there is room for it now.
  func offer(_ command: Command, descriptor: CInt = -1) -> Bool {
    do throws(SystemError) {
      if outbox != nil { return false }
      try socket.send(command.record, descriptor: descriptor)
      return true
    } catch {
      return false
    }
  }
}
