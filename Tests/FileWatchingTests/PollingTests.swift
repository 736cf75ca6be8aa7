internal import FileWatching
internal import Glibc
internal import RandomNumbers
internal import Testing
internal import WatchingTestSupport

@Suite struct PollingTests {
  let project = Project()
  let polling = WatchOptions(polls: true)

  @Test("what is there at the start is known; the kernel is asked for nothing")
  func start() throws {
    Files.makeDirectories(project["a/b"])
    Files.save(project["a/b/f.swift"], "1")
    let watcher = try project.watch(polling)
    #expect(watcher.descriptor == nil)
    #expect(watcher.isPolling)
    #expect(try watcher.pollAndDrain() == [])
    #expect(try watcher.pollAndDrain() == [])
  }

  @Test("files that are written, replaced, made, renamed and deleted are reported, once")
  func files() throws {
    for name in ["same", "written", "replaced", "renamed", "deleted"] {
      Files.save(project["\(name).swift"], "1")
    }
    let watcher = try project.watch(polling)
    Files.save(project["written.swift"], "2")
    Files.saveByRename(project["replaced.swift"], "2", temporary: project["t"])
    Files.rename(project["renamed.swift"], project["name.swift"])
    Files.delete(project["deleted.swift"])
    Files.save(project["made.swift"], "1")
    Files.save(project[".ignored"], "1")
    let changed = ["written", "replaced", "renamed", "name", "deleted", "made"].map { project["\($0).swift"] }
    #expect(Set(try watcher.pollAndDrain()) == Set(changed))
    #expect(try watcher.pollAndDrain() == [])
  }

  @Test("directories that come, go and move are reported with their files")
  func directories() throws {
    var told: Set<String> = []
    // Files that were reported lately, or are gone, may be reported again.
    func look(_ watcher: FileWatcher) throws -> Set<String> {
      let found = Set(try watcher.pollAndDrain())
      defer { told.formUnion(found) }
      return found.subtracting(told)
    }
    Files.makeDirectories(project["d/e"])
    Files.save(project["d/e/f.swift"], "1")
    let watcher = try project.watch(polling)
    Files.makeDirectories(project["new/deep"])
    Files.save(project["new/deep/f.swift"], "1")
    #expect(try look(watcher) == [project["new/deep/f.swift"]])
    Files.rename(project["d"], project["new/d"])
    #expect(try look(watcher) == [project["d/e/f.swift"], project["new/d/e/f.swift"]])
    told = []
    Files.save(project["new/d/e/f.swift"], "2")
    #expect(try look(watcher).contains(project["new/d/e/f.swift"]))
    told = []
    Files.deleteTree(project["new"])
    #expect(try look(watcher).isSuperset(of: [project["new/deep/f.swift"], project["new/d/e/f.swift"]]))
  }

  @Test("a directory that is replaced by another with the same names is reported")
  func replaced() throws {
    for path in [project["d"], "\(project.outside)/d"] {
      Files.makeDirectory(path)
      Files.save("\(path)/f.swift", "1")
    }
    let watcher = try project.watch(polling)
    Files.exchange(project["d"], "\(project.outside)/d")
    #expect(try watcher.pollAndDrain() == [project["d/f.swift"]])
  }

  @Test("the root may not exist yet, be moved away, be restored and be made again")
  func root() throws {
    Files.deleteTree(project.sources)
    let watcher = try project.watch(polling)
    #expect(try watcher.pollAndDrain() == [])
    Files.makeDirectory(project.sources)
    Files.save(project["f.swift"], "1")
    #expect(try watcher.pollAndDrain() == [project["f.swift"]])
    Files.rename(project.sources, project.directory["away"])
    #expect(try watcher.pollAndDrain() == [project["f.swift"]])
    Files.rename(project.directory["away"], project.sources)
    #expect(try watcher.pollAndDrain() == [project["f.swift"]])
    Files.save(project.directory["Package.swift"], "2")
    Files.save(project.directory["README.md"], "2")
    let found = Set(try watcher.pollAndDrain()).subtracting([project["f.swift"]])
    #expect(found == [project.directory["Package.swift"]])
  }

  @Test("other rules hold after an update")
  func update() throws {
    Files.save("\(project.outside)/known.swift", "1")
    let watcher = try project.watch(polling)
    Files.save(project["a.swift"], "1")
    try watcher.update(rules: WatchRules(directories: [project.sources, project.outside]))
    #expect(try watcher.pollAndDrain() == [project["a.swift"]])
    Files.save("\(project.outside)/b.swift", "1")
    #expect(try watcher.pollAndDrain() == ["\(project.outside)/b.swift"])
  }

  @Test("a look can be taken in many turns")
  func turns() throws {
    for name in 0..<50 { Files.makeDirectory(project["\(name)"]) }
    let watcher = try project.watch(polling)
    for name in 0..<50 { Files.save(project["\(name)/f.swift"], "1") }
    var turns = 1
    while try !watcher.poll(for: .zero) { turns += 1 }
    #expect(turns > 50)
    #expect(try watcher.takeChanges().count == 50)
  }

  @Test(
    "whatever happens at random, all that changed is reported, and nothing that was not touched",
    arguments: 1...10)
  func random(seed: Int) throws {
    let watcher = try project.watch(polling)
    var random = SplitMix64(seed: UInt64(seed) &* 7919)
    var churn = Churn(root: project.sources, outside: project.outside, label: "s", seed: UInt64(seed))
    var before: [String: String] = [:]
    var gone: Set<String> = []
    var recent: [Set<String>] = []
    for _ in 0..<100 {
      var touched: [String] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) { touched += churn.step() }
      let reported = Set(try watcher.pollAndDrain())
      let after = Files.contents(below: project.sources)
      let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      #expect(changed.subtracting(reported) == [], "lost")
      // Files that were reported lately, or were gone and still are (`ReportedPaths`), may be reported again.
      let known = recent.suffix(2).reduce(gone.subtracting(after.keys)) { $0.union($1) }
      let untouched = reported.subtracting(known).filter { path in
        !touched.contains { path == $0 || path.hasPrefix($0 + "/") }
      }
      recent.append(reported)
      #expect(untouched == [], "wrong")
      gone.formUnion(reported.subtracting(after.keys))
      before = after
    }
  }
}

private let hasTmpfs = access("/dev/shm", W_OK) == 0

/// tmpfs takes the place of a file system that does not report every change.
@Suite(.enabled(if: hasTmpfs, "needs tmpfs at /dev/shm")) struct SilentFileSystemTests {
  let directory = TemporaryDirectory(in: "/dev/shm")
  let options = WatchOptions(silentFileSystems: [0x0102_1994: "tmpfs"])

  @Test(
    "a directory on a file system that does not tell of every change is watched and polled, and that is said once"
  )
  func both() throws {
    Files.makeDirectory(directory["d"])
    Files.save(directory["d/f.swift"], "1")
    nextTick()
    let watcher = try FileWatcher(rules: WatchRules(directories: [directory.path]), options: options)
    #expect(watcher.takeNotices() == [.silent(fileSystem: "tmpfs", path: directory.path)])
    #expect(watcher.isPolling)
    Files.save(directory["d/f.swift"], "2")
    nextTick()
    #expect(try watcher.takeChanges() == [directory["d/f.swift"]])
    #expect(try watcher.pollAndDrain() == [])
    #expect(try watcher.pollAndDrain() == [])
    Files.makeDirectory(directory["e"])
    Files.save(directory["e/g.swift"], "1")
    #expect(try watcher.pollAndDrain() == [directory["e/g.swift"]])
    #expect(watcher.takeNotices() == [])
  }

  @Test("elsewhere nothing is polled")
  func elsewhere() throws {
    let project = Project()
    Files.makeDirectory(project["d"])
    let watcher = try project.watch(options)
    #expect(!watcher.isPolling)
    #expect(watcher.takeNotices() == [])
  }
}
