/// Tells saves from what builds, servers and the programs that they start write themselves, so that nothing makes rounds
/// without end.
///
/// A round lasts from a save until its program serves, or has failed. A file that changes while none is open was saved,
/// unless it changes as long after each round and a program of ours may have written it. A change in a round may be
/// somebody's save or our own doing. It starts another build at once if nothing speaks against it, else when the round is
/// over. Rounds that follow each other without a save come later and later (``waits``), and then no more. A save ends all that.
///
/// Pure: the time comes in with the call.
package struct LoopBreaker: Sendable {
  /// When a file changed, as far as it matters whose doing that is.
  package enum Window: Sendable {
    /// A build was running that may write into the project.
    case build
    /// A server was starting, or another build was running.
    case start
  }

  /// What came of a build.
  package enum BuildResult: Sendable {
    /// The program is the one that there was, is another one, or cannot be compared.
    case same, different, unknown
    /// The build did not succeed.
    case none
  }

  enum Moment: Equatable {
    case save
    /// It has followed so many rounds; none, if it may have been saved, but there was no save for a while.
    case following(Int)
    /// So it has, but none of our programs can have written it.
    case inLockstep(Int)
    case inRound(Int, Window)
  }

  struct Waiting {
    var isNew: Bool
    var window: Window
  }

  struct Cause {
    /// Whether it was when it did for the first time.
    var isNew: Bool
    /// How many rounds it has started.
    var count = 0

    var hasNewName: Bool { isNew && count < 2 }
  }

  struct Causes {
    var paths: Set<String> = []
    var haveSave = false
  }

  /// How long the rounds wait that follow each other without a save, from the first one on. When it is time for the last one
  /// the user is told.
  package static let waits: [Duration] = [
    .zero, .milliseconds(700), .milliseconds(1500), .seconds(3), .seconds(10),
  ]
  /// How long after a round that was not started by a save a change may still come of it.
  private static let memory: Duration = .seconds(12)
  /// How long a server may start before what changed during its build is built all the same. A first one gets that time in
  /// any case.
  package static let grace: Duration = .seconds(1)
  /// In how many rounds in a row a file that no program of ours can have written may follow them until the next ones come
  /// later. They do not end: it may be somebody who saves as soon as the last save is live.
  package static let alibis = 100

  /// Whether a save is being built, or what was built is starting.
  package private(set) var isRoundOpen = false
  /// Whether a build is running.
  package private(set) var isBuilding = false
  private var writesFiles = false
  /// The last end of a round and of a build.
  var roundEnd: ContinuousClock.Instant?
  var buildEnd: ContinuousClock.Instant?

  var streaks = RoundStreaks()
  var outputs = BuildOutputs()
  var trust = Trust()
  /// The number of the last save.
  var save = 1
  /// Files whose change alone has made another program of the sources.
  private var inputs: Set<String> = []
  /// When files changed that are not taken up yet.
  var moments: [String: Moment] = [:]
  /// New files of rounds that no build was made for: temporary ones, if they go again.
  var born: Set<String> = []
  /// Files that have changed in the round, and are looked at again when it is over.
  var waiting: [String: Waiting] = [:]
  /// The number of rounds since the last save that were not started by one, and the files that started them.
  var chain = 0
  var chainCauses: [String: Cause] = [:]
  /// How many of them new files in each directory have started.
  var chainDirectories: [String: Int] = [:]
  /// Files for which a round will be made, and when.
  var delayed: (paths: Set<String>, time: ContinuousClock.Instant)?
  /// Files that the user was told of, until somebody saves them.
  var suspects: Set<String> = []
  /// Files that change with every round, and directories in which each round makes another file.
  var stopped: Set<String> = []
  var stoppedDirectories: Set<String> = []
  var news = News()

  /// The causes of the next build, and of the one that runs. The first build stands for a save.
  private var unbuilt = Causes(haveSave: true)
  private var beingBuilt = Causes()
  var hasOtherChanges = false
  /// Files for whose change alone a build was made that left the program as it was. They are no inputs of it if it has changed
  /// no other file either, which the next batch tells.
  var likelyOutputs: Set<String> = []

  package init() {}

  /// Notes that a save was taken up.
  package mutating func roundBegan() {
    if !isRoundOpen { streaks.roundBegan() }
    isRoundOpen = true
  }

  /// Notes that what was saved serves, or has failed.
  package mutating func roundEnded(at now: ContinuousClock.Instant) {
    guard isRoundOpen else { return }
    isRoundOpen = false
    roundEnd = now
  }

  /// Notes that a build is about to begin. `writesFiles`: it runs commands that may write into the project.
  package mutating func buildBegan(writesFiles: Bool = true) {
    isBuilding = true
    self.writesFiles = writesFiles
    hasOtherChanges = !moments.isEmpty
    likelyOutputs = []
    (beingBuilt, unbuilt) = (unbuilt, Causes())
  }

  /// Notes that it has ended.
  package mutating func buildEnded(_ result: BuildResult, at now: ContinuousClock.Instant) {
    guard isBuilding else { return }
    isBuilding = false
    buildEnd = result == .none ? nil : now
    switch result {
    case .same:
      if beingBuilt.haveSave || hasOtherChanges { break }
      likelyOutputs = beingBuilt.paths
      if moments.isEmpty { confirmLikely() }
    case .different:
      if beingBuilt.paths.count == 1, !hasOtherChanges, moments.isEmpty { inputs.formUnion(beingBuilt.paths) }
    case .unknown: break
    case .none:
      unbuilt.paths.formUnion(beingBuilt.paths)
      unbuilt.haveSave = unbuilt.haveSave || beingBuilt.haveSave
    }
  }

  /// Notes that these files have changed just now, or did so in the last round, in this window. `isNew` says whether a file
  /// was not there before, and `canBeOurs` whether a program that we have started may have written what has changed outside of
  /// rounds.
  package mutating func changed(
    _ paths: [String], at now: ContinuousClock.Instant, in late: Window? = nil, canBeOurs: Bool = true,
    isNew: (String) -> Bool = { _ in false }
  ) {
    for path in paths {
      // Files of new names count together.
      let name = isNew(path) ? "\(path.parentPath)/" : path
      let moment = inRound(late) ?? outside(path, name, at: now, canBeOurs: canBeOurs)
      if moments[path] == nil || moment == .save { moments[path] = moment }
    }
  }

  /// Notes that these files have been written, and maybe not changed, in the same way.
  package mutating func written(_ paths: [String], in late: Window? = nil) {
    guard let moment = inRound(late) else { return }
    for path in paths where moments[path] == nil { moments[path] = moment }
  }

  private func inRound(_ late: Window?) -> Moment? {
    (late ?? (isBuilding && writesFiles ? .build : isRoundOpen ? .start : nil)).map {
      .inRound(streaks.round, $0)
    }
  }

  private mutating func outside(
    _ path: String, _ name: String, at now: ContinuousClock.Instant, canBeOurs: Bool
  ) -> Moment {
    if !canBeOurs { trust.becomeSure(of: path) }
    guard let roundEnd else { return .save }
    let delay = roundEnd.duration(to: now)
    let isDelayed = delayed?.paths.contains(path) == true
    if !canBeOurs {
      streaks.forget(name)
      let count = streaks.changed("\(name) by others", after: delay)
      return count > Self.alibis && !isDelayed ? .inLockstep(count - Self.alibis) : .save
    }
    let count = streaks.changed(name, after: delay)
    if inputs.contains(path) { return .save }
    if isDelayed || stopped.contains(path) || suspects.contains(path) { return .following(max(count, 1)) }
    // Somebody saves this file, or the others are known to be what our programs write.
    if count < Self.waits.count {
      if trust.isSure(of: path) { return .save }
      if !suspects.isEmpty { return .following(0) }
    }
    if count > 0 { return .following(count) }
    return 1...Self.waits.count ~= chain && delay < Self.memory ? .following(0) : .save
  }

  mutating func confirm(_ path: String) {
    outputs.confirm(path)
    if outputs.isOutput(path) { news.addOutput(path) }
  }

  mutating func confirmLikely() {
    for path in likelyOutputs { confirm(path) }
    likelyOutputs = []
  }

  /// Returns these files, for which the next build is.
  mutating func takeUp(_ paths: Set<String>, isSave: Bool) -> [String] {
    unbuilt.paths.formUnion(paths)
    born.subtract(paths)
    if isSave {
      unbuilt.haveSave = true
      save += 1
      (chain, chainCauses, chainDirectories, delayed) = (0, [:], [:], nil)
    }
    return paths.sorted()
  }
}
