internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

@Suite struct RootTests {
  let project = Project()

  @Test("a root that is moved away and restored is reported both times", arguments: [false, true])
  func movedAway(isDrainedBetween: Bool) throws {
    Files.makeDirectory(project["d"])
    Files.save(project["d/f.swift"], "1")
    let watcher = try project.watch()
    Files.rename(project.sources, project.directory["away"])
    if isDrainedBetween {
      #expect(try watcher.takeChanges() == [project["d/f.swift"]])
      Files.save(project.directory["away/d/g.swift"], "1")
      #expect(try watcher.takeChanges() == [])
      Files.delete(project.directory["away/d/g.swift"])
    }
    Files.rename(project.directory["away"], project.sources)
    #expect(try watcher.takeChanges() == [project["d/f.swift"]])
    Files.save(project["d/f.swift"], "2")
    #expect(try watcher.takeChanges() == [project["d/f.swift"]])
  }

  @Test(
    "a directory far above the root that is moved away and restored is noticed", arguments: [false, true])
  func ancestorMoved(isDrainedBetween: Bool) throws {
    let root = project.directory["p/q/r/Sources"]
    Files.makeDirectories(root)
    Files.save("\(root)/f.swift", "1")
    let watcher = try FileWatcher(rules: WatchRules(directories: [root]))
    Files.rename(project.directory["p"], project.directory["away"])
    if isDrainedBetween { #expect(try watcher.takeChanges() == ["\(root)/f.swift"]) }
    Files.rename(project.directory["away"], project.directory["p"])
    #expect(try watcher.takeChanges() == ["\(root)/f.swift"])
    Files.save("\(root)/f.swift", "2")
    #expect(try watcher.takeChanges() == ["\(root)/f.swift"])
  }

  @Test("a root that is deleted, even while somebody is in it, and made again is watched again")
  func remade() throws {
    Files.save(project["f.swift"], "1")
    let watcher = try project.watch()
    let holder = open(project.sources, O_RDONLY | O_DIRECTORY)
    defer { close(holder) }
    Files.deleteTree(project.sources)
    #expect(try watcher.takeChanges() == [project["f.swift"]])
    Files.makeDirectory(project.sources)
    Files.save(project["f.swift"], "2")
    #expect(try watcher.takeChanges() == [project["f.swift"]])
    Files.save(project["f.swift"], "3")
    #expect(try watcher.takeChanges() == [project["f.swift"]])
  }

  @Test("everything up to the root's great-grandparent may go, held open or not, and come back")
  func deletedUpwards() throws {
    let root = project.directory["p/q/r/Sources"]
    Files.makeDirectories(root)
    let watcher = try FileWatcher(rules: WatchRules(directories: [root]))
    let holders = ["p", "p/q", "p/q/r"].map { open(project.directory[$0], O_RDONLY | O_DIRECTORY) }
    defer { for holder in holders { close(holder) } }
    for path in [root, project.directory["p/q/r"], project.directory["p/q"], project.directory["p"]] {
      rmdir(path)
      #expect(try watcher.takeChanges() == [])
    }
    Files.makeDirectories(root)
    Files.save("\(root)/f.swift", "1")
    #expect(try watcher.takeChanges() == ["\(root)/f.swift"])
  }

  @Test("a root that does not exist yet is watched once it is made, wherever the watcher looks meanwhile")
  func missing() throws {
    for pattern in 0..<(1 << 4) {
      let project = Project()
      let root = project.directory["p/q/r"]
      let watcher = try FileWatcher(rules: WatchRules(directories: [root]))
      var found: [String] = []
      for step in 0..<4 {
        switch step {
        case 0: Files.makeDirectory(project.directory["p"])
        case 1: Files.makeDirectory(project.directory["p/q"])
        case 2: Files.makeDirectory(root)
        default: Files.save("\(root)/f.swift", "1")
        }
        if pattern & (1 << step) != 0 { found = try watcher.takeChanges() }
      }
      if pattern & (1 << 3) == 0 { found = try watcher.takeChanges() }
      #expect(found == ["\(root)/f.swift"], "pattern \(String(pattern, radix: 2))")
    }
  }

  @Test("a single file whose directory does not exist yet is reported when it comes")
  func missingFile() throws {
    let file = project.directory["config/dev/app.toml"]
    let watcher = try FileWatcher(rules: WatchRules(files: [file]))
    Files.makeDirectory(project.directory["config"])
    #expect(try watcher.takeChanges() == [])
    Files.makeDirectory(project.directory["config/dev"])
    Files.save(project.directory["config/dev/other.toml"], "1")
    Files.save(file, "1")
    #expect(try watcher.takeChanges() == [file])
    Files.deleteTree(project.directory["config"])
    #expect(try watcher.takeChanges() == [file])
  }

  @Test("nested roots and roots in ignored directories report a change once")
  func nested() throws {
    let roots = [project.sources, project["App"], project[".gen/Sources"]]
    let watcher = try FileWatcher(rules: WatchRules(directories: roots))
    Files.makeDirectory(project["App"])
    Files.save(project["App/f.swift"], "1")
    #expect(try watcher.takeChanges() == [project["App/f.swift"]])
    Files.makeDirectories(project[".gen/Sources"])
    Files.save(project[".gen/f.swift"], "1")
    Files.save(project[".gen/Sources/f.swift"], "1")
    #expect(try watcher.takeChanges() == [project[".gen/Sources/f.swift"]])
  }

  @Test("a root that is a link is followed, and reports under the name that was given")
  func linkedRoot() throws {
    Files.symbolicLink(project.directory["Linked"], to: project.sources)
    let both = WatchRules(directories: [project.directory["Linked"], project.sources])
    let watcher = try FileWatcher(rules: both)
    Files.save(project["f.swift"], "1")
    #expect(Set(try watcher.takeChanges()) == [project.directory["Linked/f.swift"], project["f.swift"]])
    Files.delete(project.directory["Linked"])
    #expect(try watcher.takeChanges() == [project.directory["Linked/f.swift"]])
    Files.save(project["f.swift"], "2")
    #expect(try watcher.takeChanges() == [project["f.swift"]])
    Files.save("\(project.outside)/g.swift", "1")
    Files.symbolicLink(project.directory["Linked"], to: project.outside)
    #expect(try watcher.takeChanges() == [project.directory["Linked/g.swift"]])
  }

  @Test("a root's parent that is full of other things is neither read nor reported")
  func neighbours() throws {
    let watcher = try FileWatcher(rules: WatchRules(directories: [project.sources]))
    Files.save(project.directory["f.swift"], "1")
    Files.makeDirectory(project.directory["Other"])
    Files.save(project.directory["Other/f.swift"], "1")
    #expect(try watcher.takeChanges() == [])
  }
}
