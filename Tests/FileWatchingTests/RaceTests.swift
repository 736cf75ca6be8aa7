internal import FileWatching
internal import TestTraits
internal import Testing
internal import WatchingTestSupport

/// Races with another process that works as fast as it can.
@Suite(.long) struct RaceTests {
  let project = Project()
  let count = 400

  var expected: Set<String> { Set((0..<count).map { project["\($0)/b/f.swift"] }) }

  @Test("none of 400 files saved at once in new directories is lost")
  func nested() throws {
    let watcher = try project.watch()
    let found = try Process.probe("nest", project.sources, "\(count)").run(draining: watcher)
    #expect(found == expected)
  }

  @Test("none of 400 files in directories that are moved in is lost")
  func arriving() throws {
    let watcher = try project.watch()
    let found = try Process.probe("arrive", project.sources, project.outside, "\(count)").run(
      draining: watcher)
    #expect(found == expected)
  }

  @Test("none of 200 watchers that start while another process does whatever it can misses what comes after")
  func starting() throws {
    for seed in 1...20 {
      let project = Project()
      let process = try Process.probe("churn", project.sources, project.outside, "1000000", "\(seed)")
      // The files at the start of the watcher, and the changes that it reports from then on, are complete.
      var starts = try (0..<10).map { _ in
        let watcher = try project.watch()
        return (watcher: watcher, known: Files.contents(below: project.sources))
      }
      process.end()
      for index in starts.indices {
        for path in try starts[index].watcher.takeChanges() {
          starts[index].known[path] = Files.content(of: path)
        }
        // The watcher does not report a file that came and went between two of its looks.
        let missed = Files.contents(below: project.sources).filter { starts[index].known[$0.key] != $0.value }
        #expect(missed == [:])
      }
    }
  }

  @Test("a reader that looks only at what is reported knows every file at the end", arguments: 1...8)
  func churn(seed: Int) throws {
    let watcher = try project.watch()
    var known: [String: String] = [:]
    let process = try Process.probe("churn", project.sources, project.outside, "3000", "\(seed)")
    _ = try process.run(draining: watcher) { paths in
      for path in paths { known[path] = Files.content(of: path) }
    }
    #expect(known == Files.contents(below: project.sources))
  }

  @Test(
    "whatever is done 500 times at full speed, a reader that looks at what is reported knows everything at the end",
    arguments: Race.allCases, [false, true])
  func all(race: Race, polls: Bool) throws {
    let watcher = try project.watch(WatchOptions(polls: polls))
    var known: [String: String] = [:]
    let process = try Process.probe("race", race.rawValue, project.sources, project.outside, "500")
    _ = try process.run(draining: watcher) { paths in
      for path in paths { known[path] = Files.content(of: path) }
    }
    #expect(known == Files.contents(below: project.sources))
  }

  @Test(
    "whatever is done, 500 times while the watcher looks, or 200 times while it polls, is known each time",
    arguments: Race.allCases, [false, true])
  func each(race: Race, polls: Bool) throws {
    let watcher = try project.watch(WatchOptions(polls: polls))
    var known: [String: String] = [:]
    var count = 0
    let process = try Process.probe(
      "race", race.rawValue, project.sources, project.outside, polls ? "200" : "500", "stop")
    _ = try process.run(draining: watcher) { paths in
      for path in paths { known[path] = Files.content(of: path) }
    } stopped: {
      count += 1
      let contents = Files.contents(below: project.sources)
      #expect(known == contents, "after \(count) times")
      return known == contents
    }
    #expect(count == (polls ? 200 : 500))
  }
}
