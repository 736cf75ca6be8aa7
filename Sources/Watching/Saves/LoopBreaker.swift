/// Tells saves from writes by builds, servers and the programs that these start (own programs), so that build
/// cycles do not go on without end.
///
/// A build cycle lasts from a save until its program is live or has failed. A file that
/// changes while no cycle is open was saved, unless it changes with the same delay after each cycle and an
/// own program may have written it. A change during a cycle may be a save or a write of an own program. It
/// starts another build at once if nothing suggests that it is not a save, and otherwise when the cycle is
/// over. Cycles that follow each other without a save are delayed more and more (``cycleDelays``) and then stop. A
/// save ends all that.
///
/// Pure: the time is passed in.
package struct LoopBreaker: Sendable {
  /// The delays of build cycles that follow each other without a save, from the first one on. A warning is
  /// given with the last one.
  package static let cycleDelays: [Duration] = [
    .zero, .milliseconds(700), .milliseconds(1500), .seconds(3), .seconds(10),
  ]
  /// The time after the end of a build cycle that no save started, in which a change may be a consequence of
  /// it.
  static let memory: Duration = .seconds(12)
  /// The time after a build in which its server may start before files that changed during the build are
  /// built anyway. In the first build cycle they wait that long in any case.
  package static let grace: Duration = .seconds(1)
  /// The number of build cycles in a row that a file may follow, if no own program can have written it,
  /// before its next ones are delayed. They do not stop, because someone may save as soon as the last save is
  /// live.
  package static let lockstepLimit = 100

  /// Whether a build cycle is open: a save is being built, or its server is starting.
  package private(set) var isCycleOpen = false
  /// The end of the last build cycle.
  var cycleEnd: ContinuousClock.Instant?

  /// The build cycles in which, or after which, files have changed.
  var streaks = CycleStreaks()
  /// The files that only builds write.
  var outputs = BuildOutputs()
  /// The files that are built at once although they change in a build cycle.
  var immediateBuilds = ImmediateBuilds()
  /// The number of the last save.
  var save = 1
  /// The circumstances of changes that are in no batch yet.
  var circumstances: [String: Circumstance] = [:]
  /// The new files of build cycles that were not built. They are temporary if they go again.
  var born: Set<String> = []
  /// The files that have changed in the build cycle and are looked at again when it is over.
  var waiting: [String: Waiting] = [:]
  /// The build cycles since the last save that were not started by one.
  var chain = Chain()
  /// The news for the user.
  var news = News()

  /// The running build, and what builds have shown about their causes.
  var builds = BuildHistory()

  /// Creates a breaker that has seen no build.
  package init() {}

  /// Whether a build is running.
  package var isBuilding: Bool { builds.isRunning }

  /// Records that a build cycle begins, if none is open.
  package mutating func cycleBegan() {
    if !isCycleOpen { streaks.cycleBegan() }
    isCycleOpen = true
  }

  /// Records that the build cycle has ended, because its program is live or has failed.
  package mutating func cycleEnded(at now: ContinuousClock.Instant) {
    guard isCycleOpen else { return }
    isCycleOpen = false
    cycleEnd = now
  }

  /// Records that a build is about to begin. `writesFiles` is whether it runs commands that may write into
  /// the project.
  package mutating func buildBegan(writesFiles: Bool = true) {
    builds.began(writesFiles: writesFiles, afterOtherChanges: !circumstances.isEmpty)
  }

  /// Records that the build has ended.
  package mutating func buildEnded(_ result: BuildResult, at now: ContinuousClock.Instant) {
    guard isBuilding else { return }
    builds.ended(result, at: now)
    switch result {
    case .same:
      if builds.running.haveSave || builds.hasOtherChanges { break }
      builds.likelyOutputs = builds.running.paths
      if circumstances.isEmpty { confirmLikely() }
    case .different:
      if builds.running.paths.count == 1, !builds.hasOtherChanges, circumstances.isEmpty {
        builds.inputs.formUnion(builds.running.paths)
      }
    case .unknown, .none: break
    }
  }

  /// Records that a build has shown that a file is no input.
  mutating func confirm(_ path: String) {
    outputs.confirm(path)
    if outputs.isOutput(path) { news.addOutput(path) }
  }

  /// Confirms the likely outputs of the last build.
  mutating func confirmLikely() {
    for path in builds.likelyOutputs { confirm(path) }
    builds.likelyOutputs = []
  }

  /// Records the causes of the next build, and returns them sorted.
  mutating func takeUp(_ paths: Set<String>, isSave: Bool) -> [String] {
    builds.next.paths.formUnion(paths)
    born.subtract(paths)
    if isSave {
      builds.next.haveSave = true
      save += 1
      chain.end()
    }
    return paths.sorted()
  }
}
