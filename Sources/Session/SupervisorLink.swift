internal import Glibc
internal import Handoff
internal import Posix

/// The session's end of its connection to the ``Supervisor``, which is its standard input.
final class SupervisorLink {
  /// A message of the session to the supervisor.
  enum Message {
    /// The session has received a signal, and is ending everything.
    case heard
    /// A message for the service manager that has started hotreload (sd_notify(3)).
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

  /// The time in milliseconds for which the loop may end everything itself after the supervisor was killed.
  private static let timeout: CInt = 2000

  private let socket: RecordSocket
  private let loop: EventLoop
  private var beat: EventLoop.Token?

  /// Connects to the supervisor. `nil` if this process was not started by one.
  init?(loop: EventLoop) {
    var kind: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    guard getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &kind, &size) == 0,
      kind == CInt(SOCK_SEQPACKET.rawValue), let own = try? Descriptor.duplicate(of: STDIN_FILENO)
    else { return nil }
    // A supervisor that is stopped (Ctrl-Z) does not read, so that a blocking write would not return.
    _ = fcntl(own.number, F_SETFL, O_NONBLOCK)
    socket = RecordSocket(own)
    self.loop = loop
    watchSupervisor()
  }

  func send(_ message: Message) { try? socket.send(message.text) }

  /// Repeats `heard` every second from now on, while this process ends everything.
  func keepSayingHeard() {
    send(.heard)
    beat = loop.after(.seconds(1)) { [unowned self] in keepSayingHeard() }
  }

  /// Starts a thread that ends everything if the supervisor is killed and the loop does not do so in time,
  /// whatever the main thread is doing.
  private func watchSupervisor() {
    let (owner, number) = (CurrentProcess.parent, socket.descriptor.number)
    try? startDetachedThread {
      var wait = pollfd(fd: number, events: 0, revents: 0)
      while poll(&wait, 1, -1) == -1 {}
      poll(nil, 0, Self.timeout)
      Children.killAll()
      RuntimeDirectory.removeAll(of: owner)
      kill(getpid(), SIGKILL)
    }
  }
}
