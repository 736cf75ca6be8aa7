@testable import Reloader
import RandomNumbers

/// An invariant that was broken.
struct Violation: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

/// The surroundings of a ``Reloader``: a builder, processes and a clock. Every event goes through
/// ``send(_:)``, which checks the invariants after every action and after every event.
struct SimulatedWorld {
  /// The state of the builder.
  enum Build { case idle, running, cancelled }

  var random: SplitMix64
  var reloader: Reloader
  private(set) var steps: [(event: Event?, actions: [Action])] = []

  var now = ContinuousClock.now
  var timers: [Deadline: (at: ContinuousClock.Instant, order: Int)] = [:]
  var timersSet = 0
  var build = Build.idle
  var processes: [Int: SimulatedProcess] = [:]
  var lastNumber = 0

  /// All programs that were built, and have not been discarded.
  var kept: Set<Artifact> = []
  var artifactsBuilt = 0
  /// The program of the last build that was not superseded.
  var newest: Artifact?
  /// Programs of which a generation failed.
  var failed: Set<Artifact> = []
  /// The program of the last generation that outlived its probation, or did its work.
  var good: Artifact?
  var goodListens = false
  /// Whether the live server was started before a file that it reads was saved.
  var isStale = false
  /// The live generation. Clients are lost if it ends.
  var serving: Int?

  var interrupts = 0
  var hasLeft = false
  /// Whether all programs are workers.
  let onlyWorkers: Bool
  let likelihood: Likelihood
  /// Whether the old generation is ended before the new one is started.
  let replaces: Bool
  /// Whether all processes that are started from now on are servers, unless all programs are workers.
  var newProcessesListen = false

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    onlyWorkers = random.chance(15)
    likelihood = Likelihood(using: &random)
    replaces = random.chance(20)
    var timing = Timing()
    timing.replaces = replaces
    reloader = Reloader(timing: timing)
  }

  /// The text of all events so far, with the actions after each.
  var trace: String {
    steps.map { step in
      let event = step.event.map { "\($0)" } ?? "start"
      return ([event] + step.actions.map { "    \($0)" }).joined(separator: "\n")
    }.joined(separator: "\n").replacing("ReloaderTests.", with: "").replacing("Reloader.", with: "")
  }

  mutating func start() throws(Violation) { try perform(reloader.start(at: now), after: nil) }

  /// Lets an event happen.
  mutating func send(_ event: Event) throws(Violation) {
    try happen(event)
    try perform(reloader.handle(event, at: now), after: event)
  }

  private mutating func perform(_ actions: [Action], after event: Event?) throws(Violation) {
    steps.append((event, actions))
    let wasStale = isStale
    if hasLeft, !actions.isEmpty { throw Violation("something is done after the end") }
    for action in actions {
      try perform(action, after: event)
      if processes.values.count(where: \.accepts) > 1 { throw Violation("two generations accept") }
    }
    if event == .built(.failed), !wasStale,
      actions.contains(where: { !$0.isReport && !$0.isAboutBuilds && $0 != .leave })
    {
      throw Violation("a failed build changes something")
    }
    try checkState()
  }

  /// Checks the invariants that hold between any two events.
  private func checkState() throws(Violation) {
    if let stray = timers.keys.first(where: { $0.generation.map { processes[$0] == nil } ?? false }) {
      throw Violation("a timer outlives its generation: \(stray)")
    }
    let needed = Set(processes.values.map(\.artifact)).union(
      [reloader.lastGood, reloader.queuedArtifact].compactMap(\.self))
    if let leaked = kept.subtracting(needed).first { throw Violation("not discarded: \(leaked.path)") }
    if let missing = needed.subtracting(kept).first {
      throw Violation("discarded, but needed: \(missing.path)")
    }
    if reloader.lastGood != good {
      throw Violation("another program is taken for good than \(good?.path ?? "none")")
    }
    for role: Generation.Role in [.candidate, .live, .fallback]
    where reloader.generations.values.count(where: { $0.role == role }) > 1 {
      throw Violation("two generations are \(role)")
    }
  }
}

extension Action {
  var isReport: Bool { if case .report = self { true } else { false } }

  var isAboutBuilds: Bool {
    switch self {
    case .startBuild, .startCleanBuild, .cancel(.slowBuild), .set(.slowBuild, _): true
    default: false
    }
  }
}

extension Deadline {
  /// The generation that the action is about.
  var generation: Int? {
    switch self {
    case .slowStart(let number), .readiness(let number), .pause(let number), .release(let number),
      .probation(let number),
      .drain(let number), .termination(let number), .health(let number):
      number
    case .restart, .slowBuild: nil
    }
  }
}
