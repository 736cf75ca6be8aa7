internal import FileWatching
internal import Testing
internal import WatchingTestSupport

@Suite struct OverflowTests {
  let project = Project()

  @Test("after an overflow exactly the files that changed are reported, in every way they can change")
  func exactly() throws {
    for name in ["same", "written", "deleted", "replaced", "renamed"] {
      Files.save(project["\(name).swift"], "1")
    }
    for name in ["kept", "left", "remade"] {
      Files.makeDirectory(project[name])
      Files.save(project["\(name)/f.swift"], "1")
    }
    let watcher = try project.watch()
    try overflowQueue(of: project)
    Files.save(project["written.swift"], "22")
    Files.delete(project["deleted.swift"])
    Files.saveByRename(project["replaced.swift"], "2", temporary: project["t"])
    Files.rename(project["renamed.swift"], project["name.swift"])
    Files.makeDirectories(project["new/deep"])
    Files.save(project["new/deep/f.swift"], "1")
    Files.rename(project["left"], "\(project.outside)/left")
    Files.deleteTree(project["remade"])
    Files.makeDirectory(project["remade"])
    Files.save(project["remade/f.swift"], "2")
    let changed = [
      "written.swift", "deleted.swift", "replaced.swift", "renamed.swift", "name.swift", "new/deep/f.swift",
      "left/f.swift", "remade/f.swift",
    ]
    #expect(Set(try watcher.takeChanges()) == Set(changed.map { project[$0] }))
    #expect(try watcher.takeChanges() == [])
    // Everything is watched where it is now.
    Files.save("\(project.outside)/left/f.swift", "2")
    for name in ["new/deep/f.swift", "remade/f.swift", "kept/f.swift"] { Files.save(project[name], "3") }
    #expect(
      try watcher.takeChanges() == ["new/deep/f.swift", "remade/f.swift", "kept/f.swift"].map { project[$0] })
  }

  @Test("an overflow in which nothing of interest changed reports nothing")
  func nothing() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    try overflowQueue(of: project)
    #expect(try watcher.takeChanges() == [])
  }

  @Test("an overflow while the root is moved away and another is put in its place is sorted out")
  func root() throws {
    Files.save(project["a.swift"], "1")
    Files.save(project["b.swift"], "1")
    let watcher = try project.watch()
    try overflowQueue(of: project)
    Files.rename(project.sources, project.directory["away"])
    Files.makeDirectory(project.sources)
    Files.save(project["a.swift"], "2")
    #expect(try watcher.takeChanges() == [project["a.swift"], project["b.swift"]])
    Files.save(project.directory["away/b.swift"], "2")
    Files.save(project["b.swift"], "3")
    #expect(try watcher.takeChanges() == [project["b.swift"]])
  }

  @Test("after random changes that were dropped, what is reported is exactly what changed", arguments: 1...3)
  func random(seed: Int) throws {
    let watcher = try project.watch()
    var churn = Churn(root: project.sources, outside: project.outside, label: "s", seed: UInt64(seed))
    var before: [String: String] = [:]
    for _ in 0..<4 {
      // `Sources` must exist and be watched, so that the events really fill the queue.
      Files.makeDirectory(project.sources)
      _ = try watcher.takeChanges()
      try overflowQueue(of: project)
      for _ in 0..<40 { churn.step() }
      nextTick()
      let reported = Set(try watcher.takeChanges())
      let after = Files.contents(below: project.sources)
      let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      #expect(reported == changed.filter(project.rules.isOfInterest))
      before = after
    }
  }
}
