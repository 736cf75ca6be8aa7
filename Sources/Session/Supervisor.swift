internal import Glibc
package import Handoff
internal import Interposer
package import Posix
package import Reloader
package import Serving

/// Makes programs for a ``Supervisor``.
package protocol ProgramBuilder: AnyObject {
  /// Starts a build, which ends in an `Event.built` for the supervisor.
  func start(isClean: Bool)
  /// Ends the build as Ctrl-C would.
  func cancel()
  /// Ends it at once.
  func kill()
  /// A program will not be started again.
  func discard(_ artifact: Artifact)
  /// What is executed for an artifact: the file, and what it sees as its arguments, with `argv[0]`.
  func program(of artifact: Artifact) -> Program
}

/// Carries out what the ``Reloader`` decides: starts and ends servers, hands their listeners over, keeps the deadlines.
/// On one thread and one loop.
package final class Supervisor {
  private let loop: EventLoop
  private var timing: Timing
  private let builder: any ProgramBuilder
  private let directory: RuntimeDirectory
  private let children: Children
  private let report: (Report) -> Void
  private var reloader: Reloader
  private var timers: [Deadline: EventLoop.Token] = [:]
  private var servers: Servers?
  private var left: () -> Void = {}

  /// Prepares to serve `project`, an absolute path that also names the lock against a second hotreload; `owner` is the
  /// process that the user would end; `interposer` is the library, where it is installed already; `inherited` is for every
  /// server. Throws what the system refuses, with what to do.
  package init(
    project: String, owner: CInt, launch: Launch, timing: Timing, interposer: String? = nil,
    inherited: InheritedSockets = .none, loop: EventLoop,
    children: Children, builder: any ProgramBuilder, report: @escaping (Report) -> Void,
    notice: @escaping (ServerNotice) -> Void
  ) throws {
    self.loop = loop
    self.timing = timing
    self.builder = builder
    self.children = children
    self.report = report
    reloader = Reloader(timing: timing)
    signal(SIGPIPE, SIG_IGN)  // a reader of ours that is gone is an error to handle, not our end
    let interposer = try interposer ?? Interposer.install()
    directory = try RuntimeDirectory(project: project, owner: owner)
    do {
      servers = try Servers(
        loop: loop, children: children, directory: directory, interposer: interposer, inherited: inherited,
        launch: launch,
        event: { [unowned self] in handle(.generation($0, $1)) }, notice: notice)
    } catch {
      directory.remove()
      throw error
    }
  }

  /// Begins with a build, and runs the loop until all is ended.
  package func run() throws {
    start { [loop] in loop.stop() }
    try loop.run()
    children.endAll()
    close()
  }

  /// Begins with a build; `left` is called when all is ended.
  func start(left: @escaping () -> Void) {
    self.left = left
    perform(reloader.start(at: .now))
  }

  /// When all is ended: nothing is heard any more, and what is left of it in the file system goes.
  func close() {
    for deadline in timers.keys { cancel(deadline) }
    servers?.close()
    directory.remove()
  }

  /// Something has happened.
  package func handle(_ event: Event) {
    if case .timing(let timing) = event { self.timing = timing }
    if case .generation(let number, .listening) = event { servers?.noteWritten(number) }
    if case .generation(let number, .released) = event { servers?.noteWritten(number) }
    perform(reloader.handle(event, at: .now))
  }

  /// Whether a save that changes no byte is to be built all the same.
  var isTouchWanted: Bool { reloader.isTouchWanted }

  /// How servers are started from now on; whether that is another way than before.
  @discardableResult
  func launch(_ launch: Launch) throws(ListenFailure) -> Bool { try servers?.use(launch) ?? false }

  /// What servers that end, or have just ended, had open to write, and until when what is changed of it is their doing, in
  /// nanoseconds since 1970.
  var filesOfEndingServers: [FileSystem.FileNumber: Int64] { servers?.filesOfEnding ?? [:] }

  /// What servers have open to write.
  var filesOfRunningServers: Set<FileSystem.FileNumber> { servers?.filesOfRunning ?? [] }

  /// The servers, and the programs below them.
  var processes: [ProcessActivity] { servers?.processes ?? [] }

  /// Whether a server has made the file what it is, or has removed it.
  func hasWritten(_ path: String) -> Bool { servers?.hasWritten(path) ?? false }

  /// Whether a server has written it at some time.
  func writes(_ path: String) -> Bool { servers?.writes(path) ?? false }

  /// The process of a generation, as long as it lives.
  package func processIdentifier(of generation: Int) -> CInt? { servers?.processIdentifier(of: generation) }

  private func perform(_ actions: [Action]) {
    for action in actions { perform(action) }
  }

  private func perform(_ action: Action) {
    switch action {
    case .startBuild: builder.start(isClean: false)
    case .startCleanBuild: builder.start(isClean: true)
    case .cancelBuild: builder.cancel()
    case .killBuild: builder.kill()
    case .start(let number, let artifact, let held):
      servers?.start(number, builder.program(of: artifact), held: held)
    case .pause(let number): servers?.pause(number, within: timing.handover, moves: timing.movesConnections)
    case .release(let number): servers?.release(number)
    case .terminate(let number): servers?.terminate(number)
    case .kill(let number): servers?.kill(number)
    case .discard(let artifact): builder.discard(artifact)
    case .set(let deadline, let delay):
      cancel(deadline)
      timers[deadline] = loop.after(delay) { [unowned self] in
        timers[deadline] = nil
        handle(.due(deadline))
      }
    case .cancel(let deadline): cancel(deadline)
    case .report(let fact): report(fact)
    case .leave: left()
    }
  }

  private func cancel(_ deadline: Deadline) { timers.removeValue(forKey: deadline).map(loop.forget) }
}
