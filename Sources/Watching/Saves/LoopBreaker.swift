internal import Posix

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
  /// The phase of a build cycle in which a file changed.
  package enum CyclePhase: Sendable {
    /// A build was running that may write into the project.
    case build
    /// A server was starting, or a build was running that does not write into the project.
    case start
  }

  /// The result of a build.
  package enum BuildResult: Sendable {
    /// The program is the same as before, is different, or cannot be compared.
    case same, different, unknown
    /// The build did not succeed.
    case none
  }

  /// The circumstances of a change.
  enum Circumstance: Equatable {
    /// The file was saved.
    case save
    /// An own program may have written the file. It has changed with the same delay after this number of
    /// build cycles in a row; 0 if it may as well be a save.
    case following(Int)
    /// No own program can have written the file, although it has changed with the same delay after many build
    /// cycles in a row: this number more than ``lockstepLimit``.
    case inLockstep(Int)
    /// The file changed in this phase of the build cycle of this number.
    case inCycle(Int, CyclePhase)
  }

  /// A file that changed in a build cycle and is looked at again later.
  struct Waiting {
    /// Whether the file did not exist before the change.
    var isNew: Bool
    /// The phase in which it changed.
    var phase: CyclePhase
  }

  /// The delays of build cycles that follow each other without a save, from the first one on. A warning is
  /// given with the last one.
  package static let cycleDelays: [Duration] = [
    .zero, .milliseconds(700), .milliseconds(1500), .seconds(3), .seconds(10),
  ]
  /// The time after the end of a build cycle that no save started, in which a change may be a consequence of
  /// it.
  private static let memory: Duration = .seconds(12)
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

  /// Records changes of files.
  ///
  /// - Parameters:
  ///   - now: The time at which the changes were seen.
  ///   - late: The phase of the last build cycle in which they happened, if they are seen only now. `nil` if
  ///     they have just happened.
  ///   - canBeOurs: Whether an own program may have written the files, if no build cycle is open.
  ///   - isNew: Returns whether a file did not exist before.
  package mutating func changed(
    _ paths: [String], at now: ContinuousClock.Instant, in late: CyclePhase? = nil, canBeOurs: Bool = true,
    isNew: (String) -> Bool = { _ in false }
  ) {
    for path in paths {
      // Files with new names count together.
      let name = isNew(path) ? "\(path.parentPath)/" : path
      let circumstance = inCycle(late) ?? outside(path, name, at: now, canBeOurs: canBeOurs)
      if circumstances[path] == nil || circumstance == .save { circumstances[path] = circumstance }
    }
  }

  /// Records writes of files that may have changed nothing. The parameter is that of
  /// ``changed(_:at:in:canBeOurs:isNew:)``.
  package mutating func written(_ paths: [String], in late: CyclePhase? = nil) {
    guard let circumstance = inCycle(late) else { return }
    for path in paths where circumstances[path] == nil { circumstances[path] = circumstance }
  }

  /// Returns the circumstances of a change if a build cycle is open.
  private func inCycle(_ late: CyclePhase?) -> Circumstance? {
    (late ?? (isBuilding && builds.writesFiles ? .build : isCycleOpen ? .start : nil)).map {
      .inCycle(streaks.cycle, $0)
    }
  }

  /// Returns the circumstances of a change while no build cycle is open. `name` stands for the file, or for
  /// the new files of its directory.
  private mutating func outside(
    _ path: String, _ name: String, at now: ContinuousClock.Instant, canBeOurs: Bool
  ) -> Circumstance {
    if !canBeOurs { immediateBuilds.becomeSure(of: path) }
    guard let cycleEnd else { return .save }
    let delay = cycleEnd.duration(to: now)
    let isDelayed = chain.delayed?.paths.contains(path) == true
    if !canBeOurs {
      streaks.forget(name)
      let count = streaks.changed("\(name) by others", after: delay)
      return count > Self.lockstepLimit && !isDelayed ? .inLockstep(count - Self.lockstepLimit) : .save
    }
    let count = streaks.changed(name, after: delay)
    if builds.inputs.contains(path) { return .save }
    if isDelayed || chain.stopped.contains(path) || chain.suspects.contains(path) {
      return .following(max(count, 1))
    }
    // The file is known for saves, or other files are known to be written by own programs.
    if count < Self.cycleDelays.count {
      if immediateBuilds.isSure(of: path) { return .save }
      if !chain.suspects.isEmpty { return .following(0) }
    }
    if count > 0 { return .following(count) }
    return 1...Self.cycleDelays.count ~= chain.length && delay < Self.memory ? .following(0) : .save
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
