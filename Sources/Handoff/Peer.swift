internal import Glibc
internal import Posix

/// The link to one process of a generation.
final class Peer {
  /// A listener of the process.
  struct Listener: Equatable {
    /// The key of the socket.
    let key: String
    /// The address, for people.
    let address: String
    /// Whether the process has asked to be notified of connections.
    var polled = false
    /// Whether a thread waits for connections, so that a connection that is sent to this process is accepted.
    var awaited = false
  }

  /// The socket of the link.
  let socket: RecordSocket
  /// The number of the generation. `nil` before the process has sent `hello`.
  var generation: Int?
  /// The pid from `hello`, or 0 before it.
  var pid = 0
  /// The listeners of the process, by the ids that it gave them.
  var listeners: [Int: Listener] = [:]
  /// The keys that the process has asked for, and may have bound.
  var bound: Set<String> = []
  /// Whether the process has reported since the last pause that it is drained.
  var drained = false
  /// The number of moved connections that the process was sent and has not accepted.
  var unaccepted = 0
  /// Whether the app uses the library `HotReload`.
  var isAttached = false

  /// Called when the queued commands have been sent.
  var hasRoom: () -> Void = {}

  /// The keys of all sockets that the process has bound or may have bound.
  var keys: Set<String> { bound.union(listeners.values.map(\.key)) }

  private let loop: EventLoop
  private var watch: EventLoop.Token?
  /// The queued commands. `nil` while there is room for commands.
  private var outbox: Outbox?

  /// Creates a link over a connected socket.
  init(_ socket: consuming RecordSocket, loop: EventLoop) {
    self.socket = socket
    self.loop = loop
  }

  /// Calls `spoken` whenever there is something to receive. Throws the errno of epoll_ctl(2).
  func listen(spoken: @escaping () -> Void) throws(SystemError) {
    watch = try loop.whenReadable(socket.descriptor, spoken)
  }

  /// Stops receiving and sending.
  func close() {
    watch.map(loop.forget)
    outbox?.close()
  }

  /// Sends a command, or queues it until the process has read earlier ones. Errors are ignored, because a
  /// process that is gone is noticed by its end of file.
  func send(_ command: Command, descriptor: CInt = -1) {
    do throws(SystemError) {
      if outbox == nil { return try transmit(command, descriptor) }
    } catch {
      guard error.code == EAGAIN, let copy = try? socket.duplicate() else { return }
      outbox = try? Outbox(copy, loop: loop) { [unowned self] record, hasDescriptor in
        MessageTrace.sent(record, to: self, hasDescriptor: hasDescriptor)
      } emptied: { [unowned self] in
        outbox = nil
        hasRoom()
      }
    }
    outbox?.add(command, descriptor: descriptor)
  }

  /// Sends a command. Throws the errno of sendmsg(2).
  private func transmit(_ command: Command, _ descriptor: CInt) throws(SystemError) {
    let record = command.record
    try socket.send(record, descriptor: descriptor)
    MessageTrace.sent(record, to: self, hasDescriptor: descriptor != -1)
  }

  /// Sends a command if there is room for it now. Returns whether it was sent.
  func offer(_ command: Command, descriptor: CInt = -1) -> Bool {
    do throws(SystemError) {
      if outbox != nil { return false }
      try transmit(command, descriptor)
      return true
    } catch {
      return false
    }
  }
}
