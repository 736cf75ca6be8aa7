internal import Glibc
internal import Handoff
package import Posix
internal import Reloader

/// The process that the user has started. It runs the session as its child, passes signals on to it, and
/// kills everything that is left if the child is killed or does not end when it should. If the supervisor
/// itself is killed, the child ends everything.
///
/// Both processes adopt orphans below them (`PR_SET_CHILD_SUBREAPER`). A process that a server has left
/// behind is therefore found in any process group or session.
package final class Supervisor {
  private let loop: EventLoop
  private let children: Children
  private let link: RecordSocket
  private var linkWatch: EventLoop.Token?
  private var escalation = Escalation()
  private var deadline: EventLoop.Token?
  private var child: CInt = 0
  private var lastSignal = SIGINT
  private var result = ExitStatus.exited(1)
  private var hasKilled = false

  /// Runs this program again with `arguments`. Returns the exit status of that process. Throws the errno of a
  /// system call that failed.
  package static func run(_ arguments: [String]) throws(SystemError) -> ExitStatus {
    let pair = try SocketPair(.records)
    let remote = try pair.remote.duplicate()
    let supervisor = try Supervisor(pair.takeLocal())
    let terminal = TerminalMode()
    try supervisor.start(arguments, input: remote)
    try supervisor.loop.run()
    supervisor.children.endAll()
    RuntimeDirectory.removeAbandoned()
    terminal?.restore()
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
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP].filter { !CurrentProcess.isIgnoring($0) })
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
      while let signal = signals.next() {
        lastSignal = signal
        perform(escalation.signalled())
      }
    }
    linkWatch = try loop.whenReadable(link.descriptor) { [unowned self] in receive() }
  }

  private func receive() {
    do {
      while true {
        switch try link.receive() {
        case .record(let text, _): take(SupervisorLink.Message(text))
        case .nothing: return
        case .end: return linkWatch.map(loop.forget) ?? ()
        }
      }
    } catch { linkWatch.map(loop.forget) }
  }

  private func take(_ message: SupervisorLink.Message?) {
    switch message {
    case .heard: perform(escalation.heard())
    case .notify(let text): CurrentProcess.variable("NOTIFY_SOCKET").map { notify($0, text) }
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
