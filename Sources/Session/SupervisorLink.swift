internal import Glibc
internal import Handoff
internal import Posix
internal import Reporting
internal import Synchronization

/// The session's end of its connection to the ``Supervisor``, which is its standard input.
final class SupervisorLink {
  /// A message of the session to the supervisor.
  enum Message {
    /// The session has received a signal, and is ending everything.
    case heard
    /// A message for the service manager that has started hotreload (sd_notify(3)).
    case notify(String)
    /// From now on the session wants to know the keys that are pressed, or not.
    case keys(Bool)
    /// The status line was drawn, or removed.
    case row(Bool)
    /// Standard input is passed on to the pipe that comes with the message.
    case input
    /// The words of an editor's command, which gets the terminal, are in the file that comes with the message.
    case edit

    init?(_ text: String) {
      switch text.split(separator: " ", maxSplits: 1).first {
      case "heard": self = .heard
      case "notify": self = .notify(String(text.dropFirst("notify ".count)))
      case "keys": self = .keys(text.hasSuffix(" yes"))
      case "row": self = .row(text.hasSuffix(" yes"))
      case "input": self = .input
      case "edit": self = .edit
      default: return nil
      }
    }

    var text: String {
      switch self {
      case .heard: "heard"
      case .notify(let text): "notify \(text)"
      case .keys(let areWanted): "keys \(areWanted ? "yes" : "no")"
      case .row(let isShown): "row \(isShown ? "yes" : "no")"
      case .input: "input"
      case .edit: "edit"
      }
    }
  }

  /// A message of the supervisor to the session.
  enum Notice: Equatable {
    /// A key was pressed.
    case key(Key)
    /// Keys are read now, or not.
    case reading(Bool)
    /// hotreload is about to be stopped by Ctrl-Z. The session removes the status line.
    case stopping
    /// hotreload was continued.
    case continued
    /// The terminal has another size.
    case resized
    /// The editor that the session has asked for has exited with this code, or could not be started.
    case edited(CInt)

    init?(_ text: String) {
      let words = text.split(separator: " ")
      let value = words.dropFirst().first ?? ""
      switch words.first {
      case "stopping": self = .stopping
      case "continued": self = .continued
      case "resized": self = .resized
      case "key": if let key = Key(rawValue: value.first ?? " ") { self = .key(key) } else { return nil }
      case "reading": self = .reading(value == "yes")
      case "edited": if let code = CInt(value) { self = .edited(code) } else { return nil }
      default: return nil
      }
    }

    var text: String {
      switch self {
      case .key(let key): "key \(key.rawValue)"
      case .reading(let isRead): "reading \(isRead ? "yes" : "no")"
      case .stopping: "stopping"
      case .continued: "continued"
      case .resized: "resized"
      case .edited(let code): "edited \(code)"
      }
    }
  }

  /// The time in milliseconds for which the loop may end everything itself after the supervisor was killed.
  private static let timeout: CInt = 2000

  private let socket: RecordSocket
  private let loop: EventLoop
  private var beat: EventLoop.Token?
  private var watch: EventLoop.Token?
  /// The mode of the terminal when the session was started; `nil` if there is no terminal.
  private let terminal = TerminalMode()
  private let row = Row()
  /// The handler of the supervisor's messages.
  var handler: (Notice) -> Void = { _ in }

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
    watch = try? loop.whenReadable(socket.descriptor) { [unowned self] in receive() }
    watchSupervisor()
  }

  func send(_ message: Message) {
    if case .row(let isShown) = message { row.isShown.store(isShown, ordering: .relaxed) }
    try? socket.send(message.text)
  }

  /// Lets the supervisor run a command in the foreground, such as an editor. Throws the errno of the call that failed.
  func edit(_ words: [String]) throws(SystemError) {
    let file = try Descriptor.inMemory("command")
    try file.write(words.joined(separator: "\0"))
    try socket.send(Message.edit.text, descriptor: file.number)
  }

  /// Lets the supervisor pass standard input on to this pipe. Throws the errno of sendmsg(2).
  func passInput(to pipe: borrowing Descriptor) throws(SystemError) {
    try socket.send(Message.input.text, descriptor: pipe.number)
  }

  private func receive() {
    while let received = try? socket.receive() {
      switch received {
      case .record(let text, _): Notice(text).map(handler)
      case .nothing: return
      case .end: return stopReceiving()
      }
    }
    stopReceiving()
  }

  /// Ends the watch after the supervisor was killed, which the loop would report without end.
  private func stopReceiving() {
    watch.map(loop.forget)
    watch = nil
  }

  /// Repeats `heard` every second from now on, while this process ends everything.
  func keepSayingHeard() {
    send(.heard)
    beat = loop.after(.seconds(1)) { [unowned self] in keepSayingHeard() }
  }

  /// Starts a thread that ends everything if the supervisor is killed and the loop does not do so in time,
  /// whatever the main thread is doing.
  private func watchSupervisor() {
    let (owner, number) = (CurrentProcess.parent, socket.descriptor.number)
    let (terminal, row) = (terminal, row)
    try? startDetachedThread {
      var wait = pollfd(fd: number, events: 0, revents: 0)
      while poll(&wait, 1, -1) == -1 {}
      terminal?.restoreAfterKeys()
      poll(nil, 0, Self.timeout)
      Children.killAll()
      if row.isShown.load(ordering: .relaxed) { standardError.write(BottomRow.reset) }
      RuntimeDirectory.removeAll(of: owner)
      kill(getpid(), SIGKILL)
    }
  }
}

/// The last row of the terminal, for the thread that watches the supervisor.
private final class Row: Sendable {
  let isShown = Atomic(false)
}
