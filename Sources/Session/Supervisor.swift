internal import Glibc
internal import Handoff
package import Posix
internal import Reloader
internal import Reporting

/// The process that the user has started. It runs the session as its child, passes signals on to it, and
/// kills everything that is left if the child is killed or does not end when it should. If the supervisor
/// itself is killed, the child ends everything.
///
/// Both processes adopt orphans below them (`PR_SET_CHILD_SUBREAPER`). A process that a server has left
/// behind is therefore found in any process group or session.
package final class Supervisor {
  let loop: EventLoop
  let children: Children
  let link: RecordSocket
  private var linkWatch: EventLoop.Token?
  private var escalation = Escalation()
  private var deadline: EventLoop.Token?
  private var child: CInt = 0
  private var lastSignal = SIGINT
  private var result = ExitStatus.exited(1)
  private var hasKilled = false
  /// Whether the session shows the status line.
  private(set) var hasRow = false
  /// The mode of the terminal before; `nil` if there is no terminal.
  private let terminal = TerminalMode()
  /// The timer of a stop by Ctrl-Z that waits for the session; `nil` if there is none.
  var stopping: EventLoop.Token?
  /// The relay of standard input to the servers; `nil` if they do not get it.
  private var inputRelay: InputRelay?
  /// The process of the editor that has the terminal; `nil` if there is none.
  var editor: CInt?
  /// The keyboard; `nil` if there is none.
  private(set) lazy var keyboard: Keyboard? = terminal.flatMap { mode in
    Keyboard(mode, loop: loop) { [unowned self] in
      send(.key($0))
    } changed: { [unowned self] in
      send(.reading(keyboard?.isReading == true))
    }
  }

  /// Runs this program again with `arguments`. Returns the exit status of that process. Throws the errno of a
  /// system call that failed.
  package static func run(_ arguments: [String]) throws(SystemError) -> ExitStatus {
    let pair = try SocketPair(.records)
    let remote = try pair.remote.duplicate()
    let supervisor = try Supervisor(pair.takeLocal())
    try supervisor.start(arguments, input: remote)
    try supervisor.loop.run()
    supervisor.children.endAll()
    RuntimeDirectory.removeAbandoned()
    if supervisor.hasRow { messages.write(BottomRow.reset) }
    supervisor.terminal?.restore()
    messages.flush()
    return supervisor.result
  }

  private init(_ ours: consuming Descriptor) throws(SystemError) {
    loop = try EventLoop()
    children = try Children(loop: loop)
    link = RecordSocket(ours)
  }

  /// Starts the child. Its standard input is the other end of the link.
  private func start(_ arguments: [String], input: consuming Descriptor) throws(SystemError) {
    // nohup(1) starts its program with SIGHUP ignored.
    let handled = [SIGINT, SIGTERM, SIGHUP, SIGTSTP].filter { !CurrentProcess.isIgnoring($0) }
    // Without SIGTTIN and SIGTTOU the terminal never stops a process that has come into the background.
    let signals = try SignalSource(handled + [SIGCONT, SIGWINCH, SIGTTIN, SIGTTOU])
    let ours = InheritedSockets.variables + ["NOTIFY_SOCKET"]
    var command = Command(
      path: "/proc/self/exe", arguments: ["hotreload"] + arguments,
      environment: CurrentProcess.environment.filter { variable in
        !ours.contains { variable.hasPrefix($0 + "=") }
      },
      directory: CurrentProcess.directory, parentDeathSignal: Self.parentDied)
    command.passed = InheritedSockets.ofThisProcess.all
    child = try children.start(command, input: input.number) { [unowned self] status in
      result = hasKilled ? .signalled(lastSignal) : status
      loop.stop()
    }
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { received(signal) }
    }
    linkWatch = try loop.whenReadable(link.descriptor) { [unowned self] in receive() }
  }

  private func receive() {
    do {
      while true {
        switch try link.receive() {
        case .record(let text, let file): take(SupervisorLink.Message(text), file)
        case .nothing: return
        case .end: return linkWatch.map(loop.forget) ?? ()
        }
      }
    } catch { linkWatch.map(loop.forget) }
  }

  private func received(_ signal: CInt) {
    switch signal {
    case SIGTSTP: stop()
    case SIGCONT: continued()
    case SIGWINCH: send(.resized)
    case SIGTTIN, SIGTTOU: break
    case SIGINT where keyboard?.isLent == true: break  // meant for the editor
    default:
      if let editor { children.signal(signal, editor) }  // it leaves the terminal as it was
      lastSignal = signal
      perform(escalation.signalled())
    }
  }

  /// Uses the terminal again after SIGCONT.
  func continued() {
    keyboard?.update()
    inputRelay?.update()
    if keyboard?.isLent != true { send(.continued) }
  }

  private func take(_ message: SupervisorLink.Message?, _ file: consuming Descriptor?) {
    switch message {
    case .heard: perform(escalation.heard())
    case .notify(let text): CurrentProcess.variable("NOTIFY_SOCKET").map { notify($0, text) }
    case .keys(let areWanted):
      if areWanted { inputRelay = nil }
      keyboard?.isWanted = areWanted
    case .row(let isShown):
      hasRow = isShown
      if !isShown, let stopping { stop(after: stopping) }
    case .input:
      if let file { inputRelay = try? InputRelay(terminal, to: file, loop: loop) }
      inputRelay?.update()
    case .edit: if let file { edit(file) }
    case nil: break
    }
  }

  private func perform(_ actions: [Escalation.Action]) {
    for action in actions {
      switch action {
      case .forward:
        children.signal(lastSignal, child)
        children.signal(SIGCONT, child)  // a stopped process handles no signal
      case .wait(let time):
        deadline.map(loop.forget)
        deadline = loop.after(time) { [unowned self] in perform(escalation.due()) }
      case .kill(let isSilent):
        hasKilled = true
        if isSilent {
          let seconds = Escalation.silence.components.seconds
          messages.write(
            "error: hotreload has not responded for \(seconds) s; stopping everything that it started\n")
        }
        children.killTree(child)
      }
    }
  }

  /// The signal that the child receives when the supervisor is killed.
  static let parentDied = SIGUSR1
}
