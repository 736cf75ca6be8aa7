internal import Glibc
internal import Handoff
internal import Posix

/// The working process's end of its connection with the ``Guardian``: its standard input.
final class GuardianLink {
  /// What the working process says.
  enum Message {
    /// It has taken a signal, and is at it.
    case heard
    /// Something for the service manager that has started hotreload (sd_notify(3)).
    case notify(String)

    init?(_ text: String) {
      switch text.split(separator: " ", maxSplits: 1).first {
      case "heard": self = .heard
      case "notify": self = .notify(String(text.dropFirst("notify ".count)))
      default: return nil
      }
    }

    var text: String {
      switch self {
      case .heard: "heard"
      case .notify(let text): "notify \(text)"
      }
    }
  }

  /// How long the loop may take to end everything itself, after the guardian has been killed.
  private static let patience: CInt = 2000

  private let socket: RecordSocket
  private let loop: EventLoop
  private var beat: EventLoop.Token?

  /// `nil` where a guardian has not started this process.
  init?(loop: EventLoop) {
    var kind: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    guard getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &kind, &size) == 0,
      kind == CInt(SOCK_SEQPACKET.rawValue), let own = try? Descriptor.duplicate(of: STDIN_FILENO)
    else { return nil }
    // One that is stopped (Ctrl-Z) reads nothing.
    _ = fcntl(own.number, F_SETFL, O_NONBLOCK)
    socket = RecordSocket(own)
    self.loop = loop
    guardGuardian()
  }

  func send(_ message: Message) { try? socket.send(message.text) }

  /// Says from now on that this process is ending everything.
  func keepSayingHeard() {
    send(.heard)
    beat = loop.after(.seconds(1)) { [unowned self] in keepSayingHeard() }
  }

  /// Ends everything should the guardian be killed, and this process not notice: whatever its thread is at.
  private func guardGuardian() {
    let (owner, number) = (CurrentProcess.parent, socket.descriptor.number)
    try? startDetachedThread {
      var wait = pollfd(fd: number, events: 0, revents: 0)
      while poll(&wait, 1, -1) == -1 {}
      poll(nil, 0, Self.patience)
      Children.killAll()
      RuntimeDirectory.removeAll(of: owner)
      kill(getpid(), SIGKILL)
    }
  }
}
