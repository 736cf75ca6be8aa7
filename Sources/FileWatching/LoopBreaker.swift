/// Finds the files that a build or the server writes itself, so that they do not make builds without end.
///
/// A round lasts from a save until its program serves, or has failed; what changes while a server ends belongs to it too. A
/// file that changed in ``limit`` rounds in a row is held: while it is, its changes neither start nor cancel anything. When
/// it has been quiet for a while after a round, one more round is made for it, lest the last save of somebody who saves very
/// often be lost. If it changes in that one too, it is left alone; if it did when a server ended, only after a second such
/// round. A change outside a round is somebody's save, and ends all that.
///
/// Who saves as soon as new code serves, or a second later, would do so while the old server ends. So once a file has changed
/// in such a moment, each end is put off by another time (``postponement``): what changes then all the same is written by
/// the server.
///
/// Pure: the time comes in with the call.
package struct LoopBreaker: Sendable {
  fileprivate struct Hold {
    enum Stage {
      /// Until it has been quiet.
      case waiting(since: ContinuousClock.Instant)
      /// The next round is made for it.
      case due
      /// The last round was made for it.
      case tried
      /// It changes whenever it is built.
      case proven
    }

    var stage: Stage
    /// It has changed after a round that was made for it, when a server ended.
    var isSuspected = false
  }

  /// In how many rounds in a row a file must have changed.
  package static let limit = 5
  /// How long a held file must not change.
  package static let quiet: Duration = .seconds(3)
  /// How long after it was asked to end a server may write.
  package static let ending: Duration = .seconds(1)

  /// Whether a save is being built, or what was built is starting.
  package private(set) var isRoundOpen = false
  /// Servers that were asked to end, and until when they may write.
  private var endings: [Int32: ContinuousClock.Instant] = [:]
  /// Whether a file has changed while a server ended, and nobody has saved since.
  private var suspectsServer = false
  /// In how many rounds in a row a file has changed.
  private var counts: [String: Int] = [:]
  /// The files that have changed in the last round.
  private var inRound: Set<String> = []
  private var holds: [String: Hold] = [:]
  private var newlyProven: [String] = []

  package init() {}

  /// Whether what changes now may be the build's or a server's doing.
  package func isOpen(at now: ContinuousClock.Instant) -> Bool {
    isRoundOpen || endings.values.contains { now < $0 }
  }

  /// A save was taken up.
  package mutating func roundBegan() {
    if !isRoundOpen {
      counts = counts.filter { inRound.contains($0.key) }
      for (path, hold) in holds {
        switch hold.stage {
        case .due: holds[path]?.stage = .tried
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
    for path in waiting { holds[path]?.stage = .waiting(since: now) }
  }

  /// A server was asked to end.
  package mutating func serverIsEnding(_ pid: Int32, at now: ContinuousClock.Instant) {
    endings[pid] = now + Self.ending
  }

  /// A server has ended.
  package mutating func serverEnded(_ pid: Int32) { endings[pid] = nil }

  /// For how long the end of the next server is to be put off: another time whenever it is asked for.
  package var postponement: Duration { suspectsServer ? .milliseconds(Int.random(in: 0..<1000)) : .zero }

  /// The files that were found to change whenever they are built, each once, when the round is over.
  package mutating func takeProven() -> [String] {
    if isRoundOpen { return [] }
    defer { newlyProven = [] }
    return newlyProven.sorted()
  }

  /// These files have changed just now.
  package mutating func changed(_ paths: [String], at now: ContinuousClock.Instant) {
    for path in paths {
      if isOpen(at: now) {
        if !isRoundOpen { suspectsServer = true }
        changedInRound(path, at: now, byServer: !isRoundOpen)
      } else {
        holds[path] = nil
        counts = [:]
        suspectsServer = false
      }
    }
  }

  /// These have changed in the last round, which is known only now: whoever polls sees it later.
  package mutating func changedInRound(_ paths: [String], at now: ContinuousClock.Instant) {
    for path in paths { changedInRound(path, at: now, byServer: false) }
  }

  private mutating func changedInRound(_ path: String, at now: ContinuousClock.Instant, byServer: Bool) {
    if inRound.insert(path).inserted { counts[path, default: 0] += 1 }
    switch holds[path]?.stage {
    case .waiting: holds[path]?.stage = .waiting(since: now)
    case .tried where !byServer || holds[path]?.isSuspected == true:
      holds[path]?.stage = .proven
      newlyProven.append(path)
    case .tried: holds[path] = Hold(stage: .waiting(since: now), isSuspected: true)
    case .due, .proven, nil: break
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
    for path in held { holds[path] = Hold(stage: .waiting(since: now)) }
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
      if inRound.contains(path) { holds[path]?.stage = .due } else { holds[path] = nil }
    }
    return quiet.filter { holds[$0] != nil }
  }

  private var waiting: [String] { holds.filter { $0.value.waitsSince != nil }.keys.sorted() }
}

extension LoopBreaker.Hold {
  fileprivate var waitsSince: ContinuousClock.Instant? {
    if case .waiting(let since) = stage { since } else { nil }
  }
}
