package import Posix

/// Gives SwiftPM's commands for one package the environment of its last plan, as far as it is known. Another
/// process may have made that plan in another terminal. With any other environment SwiftPM would plan again.
package final class SwiftPMTerminals {
  /// The package's root.
  private let root: String
  private let loop: EventLoop
  /// The start of this process's session, in nanoseconds since 1970; `nil` if it is not known.
  private let sessionBegan: Int64?
  /// The observer of other SwiftPM processes.
  private var observer: SwiftPMObserver?
  /// The session variables of the last command.
  private var current: [String]?
  /// The scratch directory of the last command, and the plan before it.
  private var last: (scratch: String, plan: PlanRecord?)?
  /// The scratch directory, the plan before and the session variables of the running build.
  private var building: (scratch: String, plan: PlanRecord?, session: [String])?
  /// Whether the last build failed without a plan, for example because a dependency could not be fetched.
  private var planFailed = false

  /// Creates the state for the package at `root`. Other SwiftPM processes are observed on `loop`.
  package convenience init(root: String, loop: EventLoop) {
    self.init(root: root, loop: loop, sessionBegan: ProcessFiles.sessionBegan)
  }

  /// Creates the state for a session that began at this time, in nanoseconds since 1970. `nil` means that the
  /// time is not known, for example because the session leader has ended.
  init(root: String, loop: EventLoop, sessionBegan: Int64?) {
    self.root = root
    self.loop = loop
    self.sessionBegan = sessionBegan
  }

  /// Returns the environment for the next SwiftPM command.
  ///
  /// - Parameters:
  ///   - own: The user's environment as `NAME=value`, including the variables of `build.environment`.
  ///   - fixed: The names of the variables that the settings set. They always apply.
  ///   - arguments: The arguments of `swift build`, which may name another scratch directory.
  package func environment(over own: [String], fixed: Set<String>, arguments: [String]) -> [String] {
    let scratch = SwiftPM.scratch(root: root, arguments: arguments, environment: own)
    let plan = TerminalFiles.plan(in: scratch)
    let isRoot = { [root] (path: String) in FileSystem.realPath(path) == root }
    let environment = SwiftPMEnvironment(own: own, fixed: fixed)
    let swift = SwiftPMEnvironment.find("swift", in: own, isExecutable: FileSystem.isExecutable)
    let choice = TerminalChoice(
      known: TerminalFiles.known(in: scratch), plan: plan?.signature,
      own: environment.asFromShell(root: root, swift: swift, isRoot: isRoot), current: current,
      seen: observer?.last,
      ownIsPossible: TerminalFiles.session(thatBegan: sessionBegan, isOlderThan: scratch))
    let session = SwiftPMEnvironment.placed(choice.session, root: root, isRoot: isRoot)
    let result = environment.with(
      session: session,
      mayFetch: planFailed || plan == nil || TerminalFiles.hasUnplannedManifest(root, scratch))
    current = SwiftPMEnvironment.session(of: result)
    last = (scratch, plan)
    return result
  }

  /// Records that `swift build` was started with the last ``environment(over:fixed:arguments:)``.
  package func buildStarted() {
    guard let last, let current else { return }
    building = (last.scratch, last.plan, current)
  }

  /// Records the end of the build. A second call for the same build does nothing.
  package func buildEnded(succeeded: Bool, cancelled: Bool = false) {
    guard let (scratch, former, session) = building else { return }
    building = nil
    if observer?.isWatching(scratch) != true { observer = SwiftPMObserver(scratch: scratch, loop: loop) }
    let plan = TerminalFiles.plan(in: scratch)
    if !cancelled { planFailed = !succeeded && plan?.isPlanned(after: former) == false }
    // A build that failed or was cancelled may have ended before the plan was made.
    guard succeeded || plan?.signature != former?.signature else { return }
    observer?.forget()
    var known = TerminalFiles.known(in: scratch)
    let before = known
    known.record(session, of: plan?.signature)
    if known != before { TerminalFiles.write(known, in: scratch) }
  }
}
