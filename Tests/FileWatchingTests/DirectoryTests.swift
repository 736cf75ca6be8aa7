internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

@Suite struct DirectoryTests {
  let project = Project()

  @Test("a file in new directories is reported, wherever between the steps the watcher looks")
  func everyInterleaving() throws {
    // Bit n of the pattern: whether the watcher looks after step n.
    for pattern in 0..<(1 << 6) {
      let project = Project()
      let watcher = try project.watch()
      var found: [String] = []
      var file: Int32 = -1
      for step in 0..<6 {
        switch step {
        case 0: Files.makeDirectory(project["a"])
        case 1: Files.makeDirectory(project["a/b"])
        case 2: Files.makeDirectory(project["a/b/c"])
        case 3: file = open(project["a/b/c/f.swift"], O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        case 4: write(file, "1", 1)
        default: Files.close(file)
        }
        if pattern & (1 << step) != 0 { found = try watcher.takeChanges() }
      }
      if pattern & (1 << 5) == 0 { found = try watcher.takeChanges() }
      #expect(found == [project["a/b/c/f.swift"]], "pattern \(String(pattern, radix: 2))")
    }
  }

  @Test("a populated directory that is moved in is reported with all its files, and watched")
  func movedIn() throws {
    Files.makeDirectories("\(project.outside)/d/e")
    Files.save("\(project.outside)/d/f.swift", "1")
    Files.save("\(project.outside)/d/e/g.swift", "1")
    let watcher = try project.watch()
    Files.rename("\(project.outside)/d", project["d"])
    #expect(try watcher.takeChanges() == [project["d/f.swift"], project["d/e/g.swift"]])
    Files.save(project["d/e/g.swift"], "2")
    #expect(try watcher.takeChanges() == [project["d/e/g.swift"]])
  }

  @Test("a directory that is moved out is reported with all its files, and not watched any more")
  func movedOut() throws {
    Files.makeDirectories(project["d/e"])
    Files.save(project["d/f.swift"], "1")
    Files.save(project["d/e/g.swift"], "1")
    let watcher = try project.watch()
    Files.rename(project["d"], "\(project.outside)/d")
    #expect(try watcher.takeChanges() == [project["d/f.swift"], project["d/e/g.swift"]])
    Files.save("\(project.outside)/d/e/g.swift", "2")
    Files.makeDirectory("\(project.outside)/d/h")
    #expect(try watcher.takeChanges() == [])
  }

  @Test("a directory that is moved within is reported at both places, later saves at the new one only")
  func movedWithin() throws {
    Files.makeDirectories(project["d/e"])
    Files.makeDirectory(project["x"])
    Files.save(project["d/e/g.swift"], "1")
    let watcher = try project.watch()
    Files.rename(project["d"], project["x/y"])
    #expect(try watcher.takeChanges() == [project["d/e/g.swift"], project["x/y/e/g.swift"]])
    Files.save(project["x/y/e/g.swift"], "2")
    Files.save(project["x/y/new.swift"], "2")
    #expect(try watcher.takeChanges() == [project["x/y/e/g.swift"], project["x/y/new.swift"]])
  }

  @Test("a directory met at its new path before it is known to have left the old one is watched there only")
  func movedIntoNewDirectory() throws {
    Files.makeDirectory(project["d"])
    Files.save(project["d/f.swift"], "1")
    let watcher = try project.watch()
    // The new directory's event comes first, and reading it finds what moved in.
    Files.makeDirectory(project["new"])
    Files.rename(project["d"], project["new/d"])
    #expect(Set(try watcher.takeChanges()) == [project["d/f.swift"], project["new/d/f.swift"]])
    Files.save(project["new/d/f.swift"], "2")
    #expect(try watcher.takeChanges() == [project["new/d/f.swift"]])
  }

  @Test("two directories that are exchanged are told apart")
  func exchanged() throws {
    for name in ["d", "e"] {
      Files.makeDirectories(project["\(name)/sub"])
      Files.save(project["\(name)/sub/f.swift"], name)
    }
    let watcher = try project.watch()
    Files.exchange(project["d"], project["e"])
    #expect(Set(try watcher.takeChanges()) == [project["d/sub/f.swift"], project["e/sub/f.swift"]])
    Files.save(project["d/sub/f.swift"], "2")
    #expect(try watcher.takeChanges() == [project["d/sub/f.swift"]])
    Files.save(project["e/sub/new.swift"], "2")
    #expect(try watcher.takeChanges() == [project["e/sub/new.swift"]])
  }

  @Test("a directory that is deleted and made again is watched again", arguments: [false, true])
  func remade(isDrainedBetween: Bool) throws {
    Files.makeDirectory(project["d"])
    Files.save(project["d/f.swift"], "1")
    Files.save(project["d/g.swift"], "1")
    let watcher = try project.watch()
    Files.deleteTree(project["d"])
    if isDrainedBetween {
      #expect(Set(try watcher.takeChanges()) == [project["d/f.swift"], project["d/g.swift"]])
    }
    Files.makeDirectory(project["d"])
    Files.save(project["d/f.swift"], "2")
    #expect(Set(try watcher.takeChanges()) == [project["d/f.swift"], project["d/g.swift"]])
    Files.save(project["d/f.swift"], "3")
    #expect(try watcher.takeChanges() == [project["d/f.swift"]])
  }

  @Test("files that were reported as gone and come and go again with their directory are reported")
  func goneAgain() throws {
    Files.makeDirectories(project["d/e"])
    Files.save(project["d/e/f.swift"], "1")
    Files.save(project["g.swift"], "1")
    let watcher = try project.watch()
    Files.deleteTree(project["d"])
    Files.delete(project["g.swift"])
    #expect(Set(try watcher.takeChanges()) == [project["d/e/f.swift"], project["g.swift"]])
    Files.makeDirectories(project["d/e"])
    Files.save(project["d/e/f.swift"], "2")
    Files.deleteTree(project["d"])
    #expect(try watcher.takeChanges() == [project["d/e/f.swift"]])
    #expect(try watcher.takeChanges() == [])
  }

  @Test("a directory that was away and has come back is reported with all its files")
  func awayAndBack() throws {
    Files.makeDirectory(project["d"])
    Files.save(project["d/f.swift"], "1")
    let watcher = try project.watch()
    Files.rename(project["d"], "\(project.outside)/d")
    Files.save("\(project.outside)/d/g.swift", "1")
    Files.rename("\(project.outside)/d", project["d"])
    #expect(Set(try watcher.takeChanges()) == [project["d/f.swift"], project["d/g.swift"]])
    Files.save(project["d/f.swift"], "2")
    #expect(try watcher.takeChanges() == [project["d/f.swift"]])
  }

  @Test("a file that gives way to a directory of its name, and the reverse, are reported")
  func fileAndDirectory() throws {
    Files.save(project["x"], "1")
    let watcher = try project.watch()
    Files.delete(project["x"])
    Files.makeDirectory(project["x"])
    Files.save(project["x/f.swift"], "1")
    #expect(try watcher.takeChanges() == [project["x"], project["x/f.swift"]])
    Files.deleteTree(project["x"])
    Files.save(project["x"], "2")
    #expect(Set(try watcher.takeChanges()) == [project["x"], project["x/f.swift"]])
  }

  @Test("links that are not followed: a directory that one leads to is not entered")
  func linkedDirectory() throws {
    let watcher = try project.watch(WatchOptions(followsLinks: false))
    Files.symbolicLink(project["l"], to: project.outside)
    #expect(try watcher.takeChanges() == [project["l"]])
    Files.save("\(project.outside)/f.swift", "1")
    #expect(try watcher.takeChanges() == [])
  }

  @Test("a directory that gives way to a link is reported as gone, and the link's target is not entered")
  func replacedByLink() throws {
    Files.makeDirectory(project["d"])
    Files.save(project["d/f.swift"], "1")
    Files.save("\(project.outside)/g.swift", "1")
    let watcher = try project.watch(WatchOptions(followsLinks: false))
    Files.deleteTree(project["d"])
    Files.symbolicLink(project["d"], to: project.outside)
    #expect(Set(try watcher.takeChanges()) == [project["d/f.swift"], project["d"]])
    Files.save("\(project.outside)/g.swift", "2")
    #expect(try watcher.takeChanges() == [])
  }

  @Test(
    "ignored directories take no watches, and those that have left give them back", arguments: [false, true])
  func watches(overflows: Bool) throws {
    Files.makeDirectories(project[".build/debug"])
    let watcher = try project.watch()
    // "/", "/tmp", the project's directory and Sources.
    let before = 4
    #expect(watches(of: watcher) == before)
    Files.makeDirectories(project["a/b/c"])
    #expect(try watcher.takeChanges() == [])
    #expect(watches(of: watcher) == before + 3)
    if overflows { try overflowQueue(of: project) }
    Files.rename(project["a/b"], "\(project.outside)/b")
    #expect(try watcher.takeChanges() == [])
    #expect(watches(of: watcher) == before + 1)
    try watcher.update(rules: WatchRules(files: [project.directory["Package.swift"]]))
    #expect(watches(of: watcher) == before - 1)
  }

  /// Returns the kernel's number of watches, from `/proc/self/fdinfo`.
  private func watches(of watcher: FileWatcher) -> Int {
    guard let file = fopen("/proc/self/fdinfo/\(watcher.descriptor ?? -1)", "re") else { return -1 }
    defer { fclose(file) }
    var count = 0
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      if strncmp(line, "inotify wd:", 11) == 0 { count += 1 }
    }
    return count
  }
}
