internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

@Suite struct UpdateTests {
  let project = Project()

  @Test("after an update the new rules hold and the old ones do not")
  func update() throws {
    Files.save("\(project.outside)/known.swift", "1")
    let watcher = try project.watch()
    try watcher.update(rules: WatchRules(directories: [project.outside]))
    Files.save(project["a.swift"], "1")
    Files.save(project.directory["Package.swift"], "2")
    Files.save("\(project.outside)/b.swift", "1")
    #expect(try watcher.takeChanges() == ["\(project.outside)/b.swift"])
  }

  @Test("a file that was reported as gone is not reported again when it is of no interest any more")
  func gone() throws {
    Files.makeDirectory(project["d"])
    Files.save(project["d/f.swift"], "1")
    let watcher = try FileWatcher(rules: WatchRules(directories: [project.sources, project["d"]]))
    Files.delete(project["d/f.swift"])
    #expect(try watcher.takeChanges() == [project["d/f.swift"]])
    try watcher.update(rules: WatchRules(files: [project["list"]]))
    rmdir(project["d"])
    #expect(try watcher.takeChanges() == [])
  }

  @Test("what changed before the update and was not drained is not lost, also in new directories")
  func pending() throws {
    Files.save(project["a.swift"], "1")
    Files.save(project["gone.swift"], "1")
    let watcher = try project.watch()
    Files.save(project["a.swift"], "22")
    Files.delete(project["gone.swift"])
    Files.makeDirectory(project["new"])
    Files.save(project["new/f.swift"], "1")
    Files.save("\(project.outside)/known.swift", "1")
    try watcher.update(rules: WatchRules(directories: [project.sources, project.outside]))
    let expected = ["a.swift", "gone.swift", "new/f.swift"].map { project[$0] }
    #expect(Set(try watcher.takeChanges()) == Set(expected))
    Files.save(project["new/f.swift"], "2")
    #expect(try watcher.takeChanges() == [project["new/f.swift"]])
  }

  @Test("a file that was reported just before is not reported again by an update")
  func reportedBefore() throws {
    let watcher = try project.watch()
    for round in 1...200 {
      Files.save(project["a.swift"], "\(round)")
      #expect(try watcher.takeChanges() == [project["a.swift"]])
      nextTick()
      try watcher.update(rules: project.rules)
      #expect(try watcher.takeChanges() == [])
    }
  }
}
