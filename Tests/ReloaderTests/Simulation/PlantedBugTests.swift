import Testing

/// The simulation finds a bug for each of its invariants.
struct PlantedBugTests {
  /// The number of seeds within which each bug is found. `HOTRELOAD_SIMULATIONS` does not change it.
  static let seeds: Range<UInt64> = 0..<500

  @Test("a planted bug is found", arguments: PlantedBug.allCases)
  func found(bug: PlantedBug) {
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed, bug: bug)
      do throws(Violation) { try world.live(steps: 60) } catch {
        #expect(error.invariant == bug.invariant, "seed \(seed): \(error.text)\n\(world.trace)")
        return
      }
    }
    Issue.record("not found")
  }

  @Test("each invariant has a bug", arguments: Invariant.allCases)
  func complete(invariant: Invariant) {
    #expect(PlantedBug.allCases.contains { $0.invariant == invariant })
  }
}
