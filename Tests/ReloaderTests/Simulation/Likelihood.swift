import RandomNumbers

/// The probabilities of events in one world, as weights, and the times between them.
struct Likelihood {
  let save: Int
  let buildEnd: Int
  let answer: Int
  let death: Int
  let timer: Int
  let milliseconds: Int
  /// Whether servers may accept at any time.
  let isUnholdable: Bool

  init(using random: inout SplitMix64) {
    func one(of choices: Int...) -> Int { choices.randomElement(using: &random) ?? 1 }
    save = one(of: 2, 6, 20)
    buildEnd = one(of: 4, 8, 30)
    answer = one(of: 2, 10, 20)
    death = one(of: 1, 2, 6)
    timer = one(of: 1, 8, 16)
    milliseconds = one(of: 2, 50, 400, 2_000)
    isUnholdable = random.chance(20)
  }
}

extension SplitMix64 {
  /// Returns `true` with this probability in percent.
  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
