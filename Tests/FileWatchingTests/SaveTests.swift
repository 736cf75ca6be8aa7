internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

/// inotify puts events into the queue before the system call that caused them returns. So one drain after a
/// save, without any waiting, has to tell all of it.
@Suite struct SaveTests {
  let project = Project()

  @Test("what is there at the start is known, and nothing is reported")
  func start() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    #expect(try watcher.takeChanges() == [])
  }

  @Test("a file that is written and closed is reported once, also when it is written thrice")
  func write() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    Files.save(project["a.swift"], "2")
    Files.save(project["b.swift"], "2")
    Files.save(project["a.swift"], "3")
    #expect(try watcher.takeChanges() == [project["a.swift"], project["b.swift"]])
    #expect(try watcher.takeChanges() == [])
  }

  @Test("a file is reported when it is closed, not when it is truncated and written")
  func truncateAndWrite() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    let file = open(project["a.swift"], O_WRONLY | O_TRUNC | O_CLOEXEC)
    #expect(try watcher.takeChanges() == [])
    _ = Glibc.write(file, "2", 1)
    #expect(try watcher.takeChanges() == [])
    Files.close(file)
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test("a new file is reported when it is closed, not when it is created")
  func creation() throws {
    let watcher = try project.watch()
    let file = open(project["a.swift"], O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    #expect(try watcher.takeChanges() == [])
    _ = Glibc.write(file, "2", 1)
    Files.close(file)
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test("a safe save names the file, not the temporary one, whatever that is called")
  func renameOver() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    Files.saveByRename(project["a.swift"], "2", temporary: project["a.swift.tmp.4711"])
    #expect(try watcher.takeChanges() == [project["a.swift"]])
    Files.saveByRename(project["a.swift"], "3", temporary: "\(project.outside)/t")
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test("a chain of renames names the first and the last file")
  func renameChain() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    Files.rename(project["a.swift"], project["b.swift"])
    Files.rename(project["b.swift"], project["c.swift"])
    Files.rename(project["c.swift"], project["d.swift"])
    #expect(try watcher.takeChanges() == [project["a.swift"], project["d.swift"]])
  }

  @Test("a backup made by renaming, as Vim does, names the file only")
  func backup() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    Files.save(project["4913"], "")
    Files.delete(project["4913"])
    Files.rename(project["a.swift"], project["a.swift~"])
    Files.save(project["a.swift"], "2")
    Files.delete(project["a.swift~"])
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test("a deleted file is reported, and one that came and went is not")
  func deletion() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    Files.delete(project["a.swift"])
    Files.save(project["b.swift"], "1")
    Files.delete(project["b.swift"])
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test("a file that is deleted before it was ever saved is reported, if there was a look in between")
  func deletionOfUnsaved() throws {
    let watcher = try project.watch()
    let file = open(project["a.swift"], O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { Files.close(file) }
    #expect(try watcher.takeChanges() == [])
    Files.delete(project["a.swift"])
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test(
    "a file that was reported as gone and comes and goes again is reported, for a reader may have seen it")
  func goneAgain() throws {
    Files.save(project["a.swift"], "1")
    let watcher = try project.watch()
    Files.delete(project["a.swift"])
    #expect(try watcher.takeChanges() == [project["a.swift"]])
    Files.save(project["a.swift"], "2")
    Files.delete(project["a.swift"])
    #expect(try watcher.takeChanges() == [project["a.swift"]])
    Files.save(project["a.swift"], "3")
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test("links are reported when they are made, for nothing more will be told")
  func links() throws {
    Files.save("\(project.outside)/o", "1")
    let watcher = try project.watch()
    Files.symbolicLink(project["soft.swift"], to: "/nowhere")
    #expect(try watcher.takeChanges() == [project["soft.swift"]])
    Files.hardLink(project["hard.swift"], to: "\(project.outside)/o")
    #expect(try watcher.takeChanges() == [project["hard.swift"]])
    Files.hardLink(project["only.swift"], to: "\(project.outside)/o")
    Files.delete(project["hard.swift"])
    Files.delete("\(project.outside)/o")
    #expect(try watcher.takeChanges() == [project["only.swift"], project["hard.swift"]])
  }

  @Test("an empty file that gets a second name is reported")
  func emptyHardLink() throws {
    Files.save("\(project.outside)/o", "")
    let watcher = try project.watch()
    Files.hardLink(project["empty.swift"], to: "\(project.outside)/o")
    #expect(try watcher.takeChanges() == [project["empty.swift"]])
  }

  @Test("a file that is filled before it has a name is reported when it gets it")
  func unnamed() throws {
    let watcher = try project.watch()
    try #require(Files.saveUnnamed(project["a.swift"], "1", in: project.outside))
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test(
    "links that are not followed: one that is pointed elsewhere is reported, a write to what it points to is not"
  )
  func linkTarget() throws {
    Files.save("\(project.outside)/o", "1")
    Files.symbolicLink(project["a.swift"], to: "\(project.outside)/o")
    let watcher = try project.watch(WatchOptions(followsLinks: false))
    Files.save("\(project.outside)/o", "2")
    #expect(try watcher.takeChanges() == [])
    Files.symbolicLink("\(project.outside)/l", to: "/nowhere")
    Files.rename("\(project.outside)/l", project["a.swift"])
    #expect(try watcher.takeChanges() == [project["a.swift"]])
  }

  @Test("the single files and versioned manifests are reported, their neighbours are not")
  func singleFiles() throws {
    let watcher = try project.watch()
    Files.save(project.directory["README.md"], "1")
    Files.save(project.directory["Package@swift-6.1.swift"], "1")
    Files.saveByRename(project.directory["Package.swift"], "2", temporary: project.directory["t"])
    let manifests = ["Package@swift-6.1.swift", "Package.swift"].map { project.directory[$0] }
    #expect(try watcher.takeChanges() == manifests)
  }

  @Test("ignored names are not reported, nor what is below them")
  func ignored() throws {
    Files.makeDirectory(project[".build"])
    let watcher = try project.watch()
    Files.save(project[".a.swift.swp"], "1")
    Files.save(project["a.swift~"], "1")
    Files.makeDirectory(project[".git"])
    Files.save(project[".build/f"], "1")
    Files.save(project[".git/f"], "1")
    #expect(try watcher.takeChanges() == [])
  }

  @Test("the descriptor is readable when there is something to drain, and only then")
  func readability() throws {
    // Only files in and beside `Sources` are watched, because the watcher also sees the changes of other
    // tests in `/tmp`.
    let watcher = try FileWatcher(rules: WatchRules(directories: [project.sources]))
    _ = try watcher.takeChanges()
    var poller = pollfd(fd: try #require(watcher.descriptor), events: Int16(POLLIN), revents: 0)
    #expect(poll(&poller, 1, 0) == 0)
    Files.save(project["a.swift"], "1")
    #expect(poll(&poller, 1, 0) == 1)
    #expect(try watcher.takeChanges() == [project["a.swift"]])
    #expect(poll(&poller, 1, 0) == 0)
  }
}
