/// Finds the files that a build writes itself, so that they do not make builds without end.
///
/// A round lasts from a save until its program serves, or has failed. A file that changed in ``limit`` rounds in a row is
/// held: while it is, its changes neither start nor cancel anything. When it has been quiet for a while after a round, one
/// more round is made for it, lest the last save of somebody who saves very often be lost. If it changes in that one too,
/// it is left alone. A change outside a round is somebody's save, and ends all that.
///
/// Pure: the time comes in with the call.
package struct LoopBreaker: Sendable {
  fileprivate enum Hold {
    /// Until it has been quiet.
    case waiting(since: ContinuousClock.Instant)
    /// The next round is made for it.
    case due
    /// The last round was made for it.
    case tried
    /// It changes whenever it is built.
    case proven
  }

  /// In how many rounds in a row a file must have changed.
  package static let limit = 5
  /// How long a held file must not change.
  package static let quiet: Duration = .seconds(3)

  /// Whether a save is being built, or what was built is starting.
  package private(set) var isRoundOpen = false
  /// In how many rounds in a row a file has changed.
  private var counts: [String: Int] = [:]
  /// The files that have changed in the last round.
  private var inRound: Set<String> = []
  private var holds: [String: Hold] = [:]
  private var newlyProven: [String] = []

  package init() {}

  /// A save was taken up.
  package mutating func roundBegan() {
    if !isRoundOpen {
      counts = counts.filter { inRound.contains($0.key) }
      for (path, hold) in holds {
        switch hold {
        case .due: holds[path] = .tried
        case .tried: holds[path] = nil  // it did not change: somebody had saved it
        case .waiting, .proven: break
        }
      }
    }
    isRoundOpen = true
    inRound = []
  }

  /// What was saved serves, or has failed.
  package mutating func roundEnded(at now: ContinuousClock.Instant) {
    guard isRoundOpen else { return }
    isRoundOpen = false
    for path in waiting { holds[path] = .waiting(since: now) }
  }

  /// The files that were found to change whenever they are built, each once, when the round is over.
  package mutating func takeProven() -> [String] {
    if isRoundOpen { return [] }
    defer { newlyProven = [] }
    return newlyProven.sorted()
  }

  /// These files have changed just now.
  package mutating func changed(_ paths: [String], at now: ContinuousClock.Instant) {
    if isRoundOpen { return changedInRound(paths, at: now) }
    for path in paths { holds[path] = nil }
    if !paths.isEmpty { counts = [:] }
  }

  /// These have changed in the last round, which is known only now: whoever polls sees it later.
  package mutating func changedInRound(_ paths: [String], at now: ContinuousClock.Instant) {
    for path in paths {
      if inRound.insert(path).inserted { counts[path, default: 0] += 1 }
      switch holds[path] {
      case .waiting: holds[path] = .waiting(since: now)
      case .tried:
        holds[path] = .proven
        newlyProven.append(path)
      case .due, .proven, nil: break
      }
    }
  }

  /// Whether a change of the file is as good as sure to be built.
  package func wants(_ path: String) -> Bool {
    holds[path] == nil && counts[path, default: 0] < Self.limit
  }

  /// What of a batch is to be built, and which files are held from now on.
  package mutating func filter(_ batch: [String], at now: ContinuousClock.Instant) -> (
    wanted: [String], held: [String]
  ) {
    let held = batch.filter { counts[$0, default: 0] >= Self.limit && holds[$0] == nil }
    for path in held { holds[path] = .waiting(since: now) }
    return (batch.filter { holds[$0] == nil }, held)
  }

  /// When ``due(at:)`` is to be called; nil while nothing waits, or a round is open.
  package var deadline: ContinuousClock.Instant? {
    isRoundOpen ? nil : holds.values.compactMap(\.waitsSince).max().map { $0 + Self.quiet }
  }

  /// The held files for which one more round is to be made, as they have been quiet.
  package mutating func due(at now: ContinuousClock.Instant) -> [String] {
    guard let deadline, deadline <= now else { return [] }
    let quiet = waiting
    for path in quiet {
      counts[path] = nil
      // What did not change in the last round is built as it is.
      holds[path] = inRound.contains(path) ? .due : nil
    }
    return quiet.filter { holds[$0] != nil }
  }

  private var waiting: [String] { holds.filter { $0.value.waitsSince != nil }.keys.sorted() }
}

extension LoopBreaker.Hold {
  fileprivate var waitsSince: ContinuousClock.Instant? {
    if case .waiting(let since) = self { since } else { nil }
  }
}
