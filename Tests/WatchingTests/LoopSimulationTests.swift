import RandomNumbers
import Testing
import Watching

/// Random projects and random saves, in simulated time.
@Suite struct LoopSimulationTests {
  private func world(_ random: inout SplitMix64) -> LoopWorld {
    var world = LoopWorld()
    world.buildTime = [0, 3, 50, 400, 5000].randomElement(using: &random) ?? 0
    world.startTime = [1, 60, 300, 2000].randomElement(using: &random) ?? 1
    world.comparesPrograms = .random(using: &random)
    for number in 0..<Int.random(in: 0...3, using: &random) {
      let isOfServer = Int.random(in: 0...3, using: &random) == 0
      let name: LoopWorld.Output.Name =
        switch Int.random(in: 0...5, using: &random) {
        case 0: isOfServer ? .always("made") : .temporary
        case 1: .new
        default: .always("out\(number)")
        }
      let content: [LoopWorld.Output.Content] = [.ofInputs, .ofInputsIfNew, .always]
      world.outputs.append(
        LoopWorld.Output(
          name: name, content: content.randomElement(using: &random) ?? .always,
          time: isOfServer
            ? .random(in: 5...3000, using: &random) : .random(in: 0...world.buildTime, using: &random),
          isOfServer: isOfServer))
    }
    return world
  }

  @Test("no save is lost, and rounds end", arguments: 1...20)
  func random(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 1...50 {
      var world = world(&random)
      world.begin()
      world.run(for: .random(in: 0...5000, using: &random))
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        world.plan(.save("/s/src\(Int.random(in: 0...5, using: &random))"), in: 0)
        world.run(for: [20, 500, 1000, 10_000].randomElement(using: &random) ?? 0)
      }
      world.run(for: 400_000)
      #expect(world.lost == [], "seed \(seed), \(world.outputs), build \(world.buildTime)")
      let builds = world.builds
      world.run(for: 600_000)
      #expect(world.builds == builds, "seed \(seed), \(world.outputs), build \(world.buildTime)")
    }
  }

  @Test("each save is built at once where nothing else writes, at any pace", arguments: 1...20)
  func unhindered(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    for pace in [200, 500, 1000, 3000] {
      var world = world(&random)
      (world.outputs, world.buildTime) = ([], 20)
      world.startTime = 60
      world.plan(.save("src"), in: 0)
      world.run(for: .random(in: 0...2000, using: &random))
      for number in 1...40 {
        world.plan(.save("src"), in: 0)
        world.run(for: pace)
        if number < 12 || pace != 1000 { #expect(world.lost == []) }
      }
      world.run(for: 60_000)
      #expect(world.lost == [])
      #expect(world.builds <= 42)
    }
  }

  @Test("one build a save where the build writes what depends on the saves alone", arguments: [true, false])
  func outputs(rewrites: Bool) {
    var world = LoopWorld()
    world.comparesPrograms = !rewrites
    world.outputs = [
      .init(name: .always("out"), content: rewrites ? .ofInputs : .ofInputsIfNew, time: 10)
    ]
    world.begin()
    world.run(for: 5000)
    for count in 1...10 {
      world.plan(.save("src"), in: 0)
      world.run(for: 5000)
      #expect(world.builds == 2 + count)
      #expect(world.lost == [])
    }
  }
}
