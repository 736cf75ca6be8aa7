internal import FileWatching
internal import RandomNumbers
internal import Testing
internal import WatchingTestSupport

/// Random operations and random moments at which the watcher looks, in one thread and so repeatable.
@Suite struct WatchingSimulationTests {
  @Test("what is reported is all that changed, and nothing that was not touched", arguments: 1...10)
  func everyDrain(seed: Int) throws {
    let project = Project()
    let watcher = try project.watch()
    var random = SplitMix64(seed: UInt64(seed) &* 7919)
    var churn = Churn(
      root: project.sources, outside: project.outside, label: "s", seed: UInt64(seed))
    var before: [String: String] = [:]
    var gone: Set<String> = []
    for _ in 0..<300 {
      var touched: [String] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) { touched += churn.step() }
      let reported = Set(try watcher.takeChanges())
      let after = Files.contents(below: project.sources)
      let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      #expect(changed.subtracting(reported) == [], "lost")
      // Files that were gone and still are may be reported again (`ReportedPaths`).
      let untouched = reported.subtracting(gone.subtracting(after.keys)).filter { path in
        !touched.contains { path == $0 || path.hasPrefix($0 + "/") }
      }
      #expect(untouched == [], "wrong")
      #expect(try watcher.takeChanges() == [], "told late")
      gone.formUnion(reported.subtracting(after.keys))
      before = after
    }
  }
}
