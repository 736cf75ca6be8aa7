internal import Glibc
package import Handoff
internal import Interposer
package import Posix
package import Reloader
package import SelfWrites
package import Serving

/// Builds programs for a ``ServiceDriver``.
package protocol ProgramBuilder: AnyObject {
  /// Starts a build. Its end is an `Event.built` for the driver.
  func start(isClean: Bool)
  /// Cancels the build as Ctrl-C would.
  func cancel()
  /// Kills the build.
  func kill()
  /// Removes a program that will not be started again.
  func discard(_ artifact: Artifact)
  /// Returns the program to execute for an artifact: the file and its arguments, including `argv[0]`.
  func program(of artifact: Artifact) -> Program
}

/// Drives one service: performs the actions of the ``Reloader``, which start and end servers, hand their
/// listeners over and set deadlines. It runs on one thread and one loop.
package final class ServiceDriver {
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
  /// The handler of an event whose actions were performed.
  var handled: () -> Void = {}

  /// Prepares to serve `project`, an absolute path that also names the lock against a second hotreload.
  /// `owner` is the process that the user started and would end. `interposer` is the path of the library, if
  /// it is installed already. `inherited` are sockets for every server. Throws the error of the system, with
  /// a next step for the user.
  package init(
    project: String, owner: CInt, launch: Launch, timing: Timing, interposer: String? = nil,
    inherited: InheritedSockets = .none, selfWrites: SelfWrites, loop: EventLoop,
    children: Children, builder: any ProgramBuilder, report: @escaping (Report) -> Void,
    notice: @escaping (ServerNotice) -> Void
  ) throws {
    self.loop = loop
    self.timing = timing
    self.builder = builder
    self.children = children
    self.report = report
    reloader = Reloader(timing: timing)
    signal(SIGPIPE, SIG_IGN)  // a write to a closed pipe returns EPIPE instead
    let interposer = try interposer ?? Interposer.install()
    directory = try RuntimeDirectory(project: project, owner: owner)
    do {
      servers = try Servers(
        loop: loop, children: children, directory: directory, interposer: interposer, inherited: inherited,
        launch: launch, selfWrites: selfWrites,
        event: { [unowned self] in handle(.generation($0, $1)) }, notice: notice)
    } catch {
      directory.remove()
      throw error
    }
  }

  /// Starts with a build, and runs the loop until all processes have ended.
  package func run() throws {
    start { [loop] in loop.stop() }
    try loop.run()
    children.endAll()
    close()
  }

  /// Starts with a build. `left` is called when all processes have ended.
  func start(left: @escaping () -> Void) {
    self.left = left
    perform(reloader.start(at: .now))
  }

  /// Closes the sockets and removes the files of the service, after all its processes have ended.
  func close() {
    for deadline in timers.keys { cancel(deadline) }
    servers?.close()
    directory.remove()
  }

  /// Handles an event.
  package func handle(_ event: Event) {
    if case .timing(let timing) = event { self.timing = timing }
    perform(reloader.handle(event, at: .now))
    handled()
  }

  /// Whether a save that changes no byte is built too.
  var isTouchWanted: Bool { reloader.isTouchWanted }

  /// Applies new settings for the servers that are started from now on. Returns whether they differ from the
  /// previous ones.
  @discardableResult
  func launch(_ launch: Launch) throws(ListenFailure) -> Bool { try servers?.use(launch) ?? false }

  /// Returns the process of a generation; `nil` if it does not run.
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
