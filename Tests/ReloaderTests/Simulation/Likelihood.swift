import RandomNumbers
import Reloader

/// The probabilities of events in one world, as weights, and the times between them.
struct Likelihood {
  /// The number of services at the start.
  let services: Int
  let save: Int
  /// The probability in percent that a save changes the settings.
  let settings: Int
  let buildEnd: Int
  let answer: Int
  let death: Int
  let timer: Int
  let milliseconds: Int
  /// Whether servers may accept at any time.
  let isUnholdable: Bool
  /// The probability in percent that a service cannot be opened.
  let refusal: Int

  init(using random: inout SplitMix64) {
    func one(of choices: Int...) -> Int { choices.randomElement(using: &random) ?? 1 }
    services = one(of: 1, 1, 2, 3)
    save = one(of: 2, 6, 20)
    settings = one(of: 0, 10, 30)
    buildEnd = one(of: 4, 8, 30)
    answer = one(of: 2, 10, 20)
    death = one(of: 1, 2, 6)
    timer = one(of: 1, 8, 16)
    milliseconds = one(of: 2, 50, 400, 2_000)
    isUnholdable = random.chance(20)
    refusal = one(of: 0, 50)
  }

  /// Returns the settings of a service.
  func timing(using random: inout SplitMix64) -> Timing {
    var timing = Timing()
    timing.replaces = random.chance(20)
    timing.conditions = Readiness.Conditions(
      notifies: random.chance(20), path: random.chance(20) ? "/" : nil, hasCommand: random.chance(20),
      delay: random.chance(20) ? .milliseconds(200) : .zero)
    timing.conditions.threshold = random.chance(70) ? 1 : 2
    if random.chance(40) {
      timing.liveness = Liveness.Conditions(
        path: random.chance(50) ? "/live" : nil, accepts: random.chance(30), hasCommand: random.chance(30),
        period: .seconds(random.chance(50) ? 5 : 1), timeout: .seconds(2),
        threshold: Int.random(in: 1...3, using: &random), delay: .seconds(random.chance(50) ? 0 : 8))
    }
    if random.chance(30) {
      timing.movesConnections = random.chance(50)
      let modes: [RestartPolicy.Mode] = [.never, .onFailure, .onFailure, .always, .unlessStopped]
      let mode = modes.randomElement(using: &random) ?? .onFailure
      timing.policy = RestartPolicy(
        mode, limit: mode == .onFailure && random.chance(50) ? Int.random(in: 1...2, using: &random) : nil)
      timing.handover = .seconds(random.chance(50) ? 5 : 1)
      timing.probation = .milliseconds(random.chance(50) ? 1_000 : 100)
      timing.drain = .seconds(random.chance(50) ? 10 : 1)
      timing.backoff = .seconds(random.chance(50) ? 1 : 2)
    }
    return timing
  }
}

extension SplitMix64 {
  /// Returns `true` with this probability in percent.
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
