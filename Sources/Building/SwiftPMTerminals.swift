package import Posix

/// Gives SwiftPM's commands for one package the environment of its last plan, whoever had that made and in which terminal, as
/// far as that can be known. With another environment SwiftPM would plan anew.
package final class SwiftPMTerminals {
  private let root: String
  private let loop: EventLoop
  private let sessionBegan: Int64?
  private var otherBuilds: OtherBuilds?
  /// The session variables of the last command.
  private var current: [String]?
  /// The scratch directory of the last command, and the plan that was there before it.
  private var last: (scratch: String, plan: PlanRecord?)?
  /// The build that is running, and what it was started with.
  private var building: (scratch: String, plan: PlanRecord?, session: [String])?
  /// Whether the last build failed before there was a plan, as where a dependency could not be fetched.
  private var planFailed = false

  /// For the package at `root`. Sees on `loop` when SwiftPM is run by others.
  package convenience init(root: String, loop: EventLoop) {
    self.init(root: root, loop: loop, sessionBegan: ProcessFiles.sessionBegan)
  }

  /// In a session that began at that time, in nanoseconds since 1970; `nil` if nobody can tell, as where its leader has ended.
  init(root: String, loop: EventLoop, sessionBegan: Int64?) {
    self.root = root
    self.loop = loop
    self.sessionBegan = sessionBegan
  }

  /// Returns the environment for the next command of SwiftPM.
  ///
  /// - Parameters:
  ///   - own: The user's, as `NAME=value`, with the variables of `build.environment` in it.
  ///   - fixed: The names of these, which always apply.
  ///   - arguments: Those of `swift build`, which may name another scratch directory.
  package func environment(over own: [String], fixed: Set<String>, arguments: [String]) -> [String] {
    let scratch = SwiftPM.scratch(root: root, arguments: arguments, environment: own)
    let plan = TerminalFiles.plan(in: scratch)
    let isRoot = { [root] (path: String) in FileSystem.realPath(path) == root }
    let environment = SwiftPMEnvironment(own: own, fixed: fixed)
    let swift = SwiftPMEnvironment.find("swift", in: own, isExecutable: FileSystem.isExecutable)
    let choice = TerminalChoice(
      known: TerminalFiles.known(in: scratch), plan: plan?.signature,
      own: environment.asFromShell(root: root, swift: swift, isRoot: isRoot), current: current,
      seen: otherBuilds?.last,
      ownIsPossible: TerminalFiles.session(thatBegan: sessionBegan, isOlderThan: scratch))
    let session = SwiftPMEnvironment.placed(choice.session, root: root, isRoot: isRoot)
    let result = environment.with(
      session: session,
      mayFetch: planFailed || plan == nil || TerminalFiles.hasUnplannedManifest(root, scratch))
    current = SwiftPMEnvironment.session(of: result)
    last = (scratch, plan)
    return result
  }

  /// A `swift build` is started with the last ``environment(over:fixed:arguments:)``.
  package func buildStarted() {
    guard let last, let current else { return }
    building = (last.scratch, last.plan, current)
  }

  /// It has ended, or was ended before it had succeeded or failed. Calling this again does nothing.
  package func buildEnded(succeeded: Bool, cancelled: Bool = false) {
    guard let (scratch, former, session) = building else { return }
    building = nil
    if otherBuilds?.isWatching(scratch) != true { otherBuilds = OtherBuilds(scratch: scratch, loop: loop) }
    let plan = TerminalFiles.plan(in: scratch)
    if !cancelled { planFailed = !succeeded && plan?.isPlanned(after: former) == false }
    // One that failed or was cancelled may have ended before it planned.
    guard succeeded || plan?.signature != former?.signature else { return }
    otherBuilds?.forget()
    var known = TerminalFiles.known(in: scratch)
    let before = known
    known.record(session, of: plan?.signature)
    if known != before { TerminalFiles.write(known, in: scratch) }
  }
}
