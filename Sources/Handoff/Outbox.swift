internal import Glibc
internal import Posix

/// A queue of the commands for which a process has no room, because it has not read earlier ones. They are
/// sent in their order when the process reads.
final class Outbox {
  /// A queued command, with a copy of its descriptor.
  private final class QueuedCommand {
    /// The text of the command.
    let record: String
    /// The number of the descriptor, or -1 for none.
    let enclosed: CInt

    init(_ command: Command, _ enclosed: consuming Descriptor?) {
      record = command.record
      self.enclosed = enclosed?.release() ?? -1
    }

    deinit { if enclosed != -1 { _ = Descriptor(owning: enclosed) } }
  }

  /// The number of queued commands from which on answers are dropped, for a process that asks and does not
  /// read. Other commands are few and are always queued.
  private static let limit = 256

  private let socket: RecordSocket
  private let loop: EventLoop
  /// The queued commands in their order.
  private var commands: [QueuedCommand] = []
  private var watch: EventLoop.Token?
  /// Called with each command that was sent, and whether a descriptor came with it.
  private let sent: (_ record: String, _ hasDescriptor: Bool) -> Void
  /// Called when all commands have been sent.
  private let emptied: () -> Void

  /// Creates a queue. Throws the errno of epoll_ctl(2).
  ///
  /// - Parameters:
  ///   - socket: A duplicate of the socket of the process, because a loop watches each descriptor only once.
  ///   - sent: Called with each command that was sent, and whether a descriptor came with it.
  ///   - emptied: Called when all commands have been sent.
  init(
    _ socket: consuming RecordSocket, loop: EventLoop,
    sent: @escaping (_ record: String, _ hasDescriptor: Bool) -> Void = { _, _ in },
    emptied: @escaping () -> Void
  ) throws(SystemError) {
    self.socket = socket
    self.loop = loop
    self.sent = sent
    self.emptied = emptied
    watch = try loop.whenWritable(self.socket.descriptor) { [unowned self] in sendSome() }
  }

  /// Stops sending.
  func close() { watch.map(loop.forget) }

  /// Queues a command, with a copy of the descriptor unless that is -1.
  func add(_ command: Command, descriptor: CInt) {
    guard commands.count < Self.limit || !command.isAnswer else { return }
    if descriptor == -1 { return commands.append(QueuedCommand(command, nil)) }
    guard let copy = try? Descriptor.duplicate(of: descriptor) else { return }
    commands.append(QueuedCommand(command, copy))
  }

  /// Sends commands while there is room.
  private func sendSome() {
    while let command = commands.first {
      do throws(SystemError) {
        try socket.send(command.record, descriptor: command.enclosed)
        sent(command.record, command.enclosed != -1)
      } catch {
        if error.code == EAGAIN { return }  // else the peer is gone, which its end of file reports
      }
      commands.removeFirst()
    }
    close()
    emptied()
  }
}
