import Reloader

/// A ``Readiness`` that a test drives with events and a clock of its own.
struct ScriptedReadiness {
  private(set) var readiness: Readiness
  private var now = ContinuousClock.now
  private var timers: [Readiness.Timer: ContinuousClock.Instant] = [:]

  /// The actions since the last event, without those about timers.
  private(set) var actions: [Readiness.Action] = []

  /// Starts a generation, which must be ready within 30 s.
  init(_ start: Readiness.Start = .held, _ conditions: Readiness.Conditions = Readiness.Conditions()) {
    readiness = Readiness(start, conditions)
    carryOut(readiness.begin(slowStart: .seconds(5), timeout: .seconds(30), at: now))
  }

  /// A held generation that polls its only listener, which is the needed one.
  static func polling(_ conditions: Readiness.Conditions) -> ScriptedReadiness {
    var generation = ScriptedReadiness(.held, conditions)
    generation.send(.needed(["a"]), .listeners(["a": true]))
    return generation
  }

  /// What the generation must do next.
  var phase: Readiness.Phase { readiness.phase }

  /// The remaining time of every timer that is set.
  var remaining: [Readiness.Timer: Duration] { timers.mapValues { now.duration(to: $0) } }

  /// Events happen, one after the other.
  mutating func send(_ events: Readiness.Event...) {
    actions = []
    for event in events { carryOut(readiness.handle(event, at: now)) }
  }

  /// The generation ends.
  mutating func stop() {
    actions = []
    carryOut(readiness.stop())
  }

  /// Time passes, and timers fire.
  mutating func pass(_ duration: Duration) {
    actions = []
    let end = now + duration
    while let next = timers.filter({ $0.value <= end }).min(by: { $0.value < $1.value }) {
      timers[next.key] = nil
      now = next.value
      carryOut(readiness.handle(.due(next.key), at: now))
    }
    now = end
  }

  private mutating func carryOut(_ all: [Readiness.Action]) {
    for action in all {
      switch action {
      case .set(let timer, let duration): timers[timer] = now + duration
      case .cancel(let timer): timers[timer] = nil
      default: actions.append(action)
      }
    }
  }
}
