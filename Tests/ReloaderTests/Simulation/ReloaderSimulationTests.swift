import Foundation
import RandomNumbers
import Reloader
import Testing

/// Random runs of a reloader. `HOTRELOAD_SIMULATIONS=100 swift test` runs 100 times as many,
/// `HOTRELOAD_SEED=4711` only the one with this seed.
struct ReloaderSimulationTests {
  static let seeds: Range<UInt64> = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["HOTRELOAD_SEED"].flatMap(UInt64.init) { return seed..<(seed + 1) }
    return 0..<(1_000 * (environment["HOTRELOAD_SIMULATIONS"].flatMap(UInt64.init) ?? 1))
  }()

  @Test("whatever happens in whatever order, the invariants hold")
  func simulation() {
    var events = 0
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed)
      do throws(Violation) {
        try world.live(steps: 60)
      } catch {
        Issue.record("seed \(seed): \(error.text)\n\(world.trace)")
        return
      }
      events += world.steps.count
    }
    if Self.seeds.count > 1_000 { print("\(events) simulated events") }
  }
}

extension SimulatedWorld {
  /// Runs a world: random events, perhaps a time without any, then rest, one last save, and the end.
  mutating func live(steps: Int) throws(Violation) {
    let interruption = random.chance(30) ? Int.random(in: 0..<steps, using: &random) : steps
    try start()
    for step in 0..<steps where !hasLeft {
      if step == interruption { try at(.interrupted) } else { try anything() }
    }
    if interrupts == 0 {
      if random.chance(50) { try fallSilent() }
      try behave()
      try saveAndCheck()
    }
    if !hasLeft { try interruptAndCheck() }
  }
}
