import Reloader

/// A ``Reloader`` that a test drives with events and a clock of its own. Its response to the last event is in
/// ``actions`` and ``reports``. Its timers are in ``timers``, and fire when the test lets time pass.
struct ScriptedReloader {
  private var reloader: Reloader
  private var now = ContinuousClock.now
  private var deadlines: [(deadline: Deadline, at: ContinuousClock.Instant)] = []

  /// The actions since the last event, without timers and reports.
  private(set) var actions: [Action] = []
  /// The reports since the last event.
  private(set) var reports: [Report] = []

  /// Starts, with the first build.
  init(timing: Timing = Timing()) {
    reloader = Reloader(timing: timing)
    carryOut(reloader.start(at: now))
  }

  /// The remaining time of every timer, except those that only report something.
  var timers: [Deadline: Duration] {
    let deciding = deadlines.filter { !$0.deadline.onlyTells }
    return Dictionary(uniqueKeysWithValues: deciding.map { ($0.deadline, now.duration(to: $0.at)) })
  }

  /// Whether a save that changes nothing is built.
  var isTouchWanted: Bool { reloader.isTouchWanted }

  /// Something happens.
  mutating func send(_ event: Event) {
    actions = []
    reports = []
    carryOut(reloader.handle(event, at: now))
  }

  /// A file is saved.
  mutating func save(_ path: String = "main.swift") { send(.changed([path])) }

  /// The build that runs ends.
  mutating func build(_ outcome: BuildOutcome) { send(.built(outcome)) }

  /// A file is saved, and built to this program.
  mutating func saveAndBuild(_ artifact: Artifact) {
    save()
    build(.succeeded(artifact))
  }

  /// A generation does these things, one after the other.
  mutating func generation(_ number: Int, _ events: GenerationEvent...) {
    for event in events { send(.generation(number, event)) }
  }

  /// Time passes, and timers fire.
  mutating func pass(_ duration: Duration) {
    actions = []
    reports = []
    let end = now + duration
    while let next = deadlines.filter({ $0.at <= end }).min(by: { $0.at < $1.at }) {
      deadlines.removeAll { $0.deadline == next.deadline }
      now = next.at
      carryOut(reloader.handle(.due(next.deadline), at: now))
    }
    now = end
  }

  private mutating func carryOut(_ all: [Action]) {
    for action in all {
      switch action {
      case .report(let report): reports.append(report)
      case .cancel(let deadline): deadlines.removeAll { $0.deadline == deadline }
      case .set(let deadline, let delay):
        deadlines.removeAll { $0.deadline == deadline }
        deadlines.append((deadline, now + delay))
      default: actions.append(action)
      }
    }
  }
}

extension Artifact {
  static let a = Artifact(path: "a")
  static let b = Artifact(path: "b")
  static let c = Artifact(path: "c")
  static let d = Artifact(path: "d")
}

extension Deadline {
  fileprivate var onlyTells: Bool {
    switch self {
    case .slowBuild, .slowStart: true
    default: false
    }
  }
}
