import Foundation
import RandomNumbers
import Reloader
import Testing

/// Random runs of a reloader. `HOTRELOAD_SIMULATIONS=100 swift test` runs 100 times as many,
/// `HOTRELOAD_SEED=4711` only the one with this seed.
struct ReloaderSimulationTests {
  static let seeds: [Range<UInt64>] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["HOTRELOAD_SEED"].flatMap(UInt64.init) { return [seed..<(seed + 1)] }
    let part = 125 * (environment["HOTRELOAD_SIMULATIONS"].flatMap(UInt64.init) ?? 1)
    return (0..<8).map { $0 * part..<($0 + 1) * part }
  }()

  @Test("whatever happens in whatever order, the invariants hold", arguments: seeds)
  func simulation(seeds: Range<UInt64>) {
    var events = 0
    for seed in seeds {
      var world = SimulatedWorld(seed: seed)
      do throws(Violation) {
        try world.live(steps: 60)
      } catch {
        Issue.record("seed \(seed): \(error.invariant): \(error.text)\n\(world.trace)")
        return
      }
      events += world.steps.count
    }
    if seeds.count > 125 { print("\(events) simulated events") }
  }
}
