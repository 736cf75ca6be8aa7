internal import Glibc
internal import Posix

/// Commands that a process has no room for, as it has not read what came before; they leave in their order when it reads.
final class Outbox {
  private final class Letter {
    let record: String
    /// -1 for none.
    let enclosed: CInt

    init(_ command: Command, _ enclosed: consuming Descriptor?) {
      record = command.record
      self.enclosed = enclosed?.release() ?? -1
    }

    deinit { if enclosed != -1 { _ = Descriptor(owning: enclosed) } }
  }

  /// A process that asks and does not read gets no more answers; our own commands are few.
  private static let limit = 256

  private let socket: RecordSocket
  private let loop: EventLoop
  private var letters: [Letter] = []
  private var watch: EventLoop.Token?
  private let emptied: () -> Void

  /// `socket` is a duplicate: the loop takes each descriptor once. `emptied` is called when everything has left. Throws the
  /// errno of `epoll_ctl(2)`.
  init(_ socket: consuming RecordSocket, loop: EventLoop, emptied: @escaping () -> Void) throws(SystemError) {
    self.socket = socket
    self.loop = loop
    self.emptied = emptied
    watch = try loop.whenWritable(self.socket.descriptor) { [unowned self] in sendSome() }
  }

  /// Nothing more is sent.
  func close() { watch.map(loop.forget) }

  /// Keeps a command, with a copy of the descriptor if one is given.
  func add(_ command: Command, descriptor: CInt) {
    guard letters.count < Self.limit || !command.isAnswer else { return }
    if descriptor == -1 { return letters.append(Letter(command, nil)) }
    guard let copy = try? Descriptor.duplicate(of: descriptor) else { return }
    letters.append(Letter(command, copy))
  }

  private func sendSome() {
    while let letter = letters.first {
      do throws(SystemError) {
        try socket.send(letter.record, descriptor: letter.enclosed)
      } catch {
        if error.code == EAGAIN { return }  // else the peer is gone, which its end of file tells
      }
      letters.removeFirst()
    }
    close()
    emptied()
  }
}
