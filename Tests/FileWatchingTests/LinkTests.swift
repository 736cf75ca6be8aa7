internal import FileWatching
internal import Testing
internal import WatchingTestSupport

/// Files behind symbolic links are watched as if they were at the link, because the build reads them.
@Suite(.serialized) struct LinkTests {
  static let ways = [WatchOptions(), WatchOptions(polls: true)]
  let project = Project()

  private func look(_ watcher: FileWatcher) throws -> Set<String> { Set(try watcher.pollAndDrain()) }

  @Test("a file that a link leads to is reported under the link's name, however it is saved", arguments: ways)
  func file(options: WatchOptions) throws {
    Files.save("\(project.outside)/o.swift", "1")
    Files.symbolicLink(project["l.swift"], to: "\(project.outside)/o.swift")
    let watcher = try project.watch(options)
    Files.save("\(project.outside)/o.swift", "2")
    #expect(try look(watcher) == [project["l.swift"]])
    Files.saveByRename("\(project.outside)/o.swift", "3", temporary: "\(project.outside)/t")
    #expect(try look(watcher) == [project["l.swift"]])
    Files.save("\(project.outside)/other.swift", "1")
    #expect(try look(watcher) == [])
    Files.delete("\(project.outside)/o.swift")
    #expect(try look(watcher) == [project["l.swift"]])
    Files.save("\(project.outside)/o.swift", "4")
    #expect(try look(watcher) == [project["l.swift"]])
  }

  @Test(
    "a link that leads nowhere yet, by way of a directory that is not there, is reported when it does",
    arguments: ways)
  func dangling(options: WatchOptions) throws {
    Files.symbolicLink(project["l.swift"], to: "../outside/d/o.swift")
    let watcher = try project.watch(options)
    Files.makeDirectory("\(project.outside)/d")
    #expect(try look(watcher) == [])
    Files.save("\(project.outside)/d/o.swift", "1")
    #expect(try look(watcher) == [project["l.swift"]])
    Files.rename("\(project.outside)/d", "\(project.outside)/e")
    #expect(try look(watcher) == [project["l.swift"]])
    Files.rename("\(project.outside)/e", "\(project.outside)/d")
    #expect(try look(watcher) == [project["l.swift"]])
  }

  @Test("each link of a chain may be pointed elsewhere", arguments: ways)
  func chain(options: WatchOptions) throws {
    for name in ["a", "b"] { Files.save("\(project.outside)/\(name)", name) }
    Files.symbolicLink("\(project.outside)/l2", to: "a")
    Files.symbolicLink(project["l1.swift"], to: "../outside/l2")
    let watcher = try project.watch(options)
    Files.save("\(project.outside)/a", "2")
    #expect(try look(watcher) == [project["l1.swift"]])
    Files.symbolicLink("\(project.outside)/l3", to: "b")
    Files.rename("\(project.outside)/l3", "\(project.outside)/l2")
    #expect(try look(watcher) == [project["l1.swift"]])
    Files.save("\(project.outside)/a", "3")
    #expect(try look(watcher) == [])
    Files.save("\(project.outside)/b", "3")
    #expect(try look(watcher) == [project["l1.swift"]])
    Files.save("\(project.outside)/c", "3")
    Files.symbolicLink(project["l"], to: "../outside/c")
    Files.rename(project["l"], project["l1.swift"])
    #expect(try look(watcher).contains(project["l1.swift"]))
    Files.save("\(project.outside)/c", "4")
    #expect(try look(watcher) == [project["l1.swift"]])
  }

  @Test("a directory that a link leads to is watched like one that is there", arguments: ways)
  func directory(options: WatchOptions) throws {
    Files.makeDirectories("\(project.outside)/d/e")
    Files.save("\(project.outside)/d/e/f.swift", "1")
    let watcher = try project.watch(options)
    Files.symbolicLink(project["l"], to: "\(project.outside)/d")
    #expect(try look(watcher) == [project["l/e/f.swift"]])
    Files.save("\(project.outside)/d/e/f.swift", "2")
    Files.makeDirectory("\(project.outside)/d/new")
    Files.save("\(project.outside)/d/new/f.swift", "2")
    #expect(try look(watcher) == [project["l/e/f.swift"], project["l/new/f.swift"]])
    Files.deleteTree("\(project.outside)/d")
    let gone: Set = [project["l/e/f.swift"], project["l/new/f.swift"]]
    #expect(try look(watcher).subtracting([project["l"]]) == gone)
    // A file that was removed long ago may be reported once more.
    Files.makeDirectory("\(project.outside)/d")
    Files.save("\(project.outside)/d/f.swift", "3")
    #expect(try look(watcher).subtracting(gone.union([project["l"]])) == [project["l/f.swift"]])
    Files.delete(project["l"])
    #expect(try look(watcher).subtracting(gone.union([project["l"]])) == [project["l/f.swift"]])
    Files.save("\(project.outside)/d/f.swift", "4")
    #expect(try look(watcher) == [])
  }

  @Test("a directory with two ways to it is reported on both", arguments: ways)
  func twoWays(options: WatchOptions) throws {
    Files.makeDirectory(project["shared"])
    Files.makeDirectory(project["app"])
    Files.symbolicLink(project["app/shared"], to: "../shared")
    let watcher = try project.watch(options)
    Files.save(project["shared/f.swift"], "1")
    #expect(try look(watcher) == [project["shared/f.swift"], project["app/shared/f.swift"]])
  }

  @Test("links in a circle end, and what is there is watched", arguments: ways)
  func circle(options: WatchOptions) throws {
    Files.makeDirectories(project["a/b"])
    Files.symbolicLink(project["a/b/up"], to: "..")
    Files.symbolicLink(project["a/root"], to: "/")
    Files.symbolicLink(project["self"], to: "self")
    Files.symbolicLink(project["a/here"], to: ".")
    let watcher = try project.watch(options)
    Files.save(project["a/b/f.swift"], "1")
    #expect(try look(watcher).contains(project["a/b/f.swift"]))
  }

  @Test("directories that all lead to each other take no more than some ways to each", arguments: ways)
  func mutual(options: WatchOptions) throws {
    let names = (0..<12).map { "d\($0)" }
    for name in names { Files.makeDirectory(project[name]) }
    for name in names {
      for other in names where other != name {
        Files.symbolicLink(project["\(name)/\(other)"], to: "../\(other)")
      }
    }
    let watcher = try project.watch(options)
    Files.save(project["d3/f.swift"], "1")
    let found = try look(watcher)
    #expect(found.contains(project["d3/f.swift"]))
    #expect(found.count <= 17)
  }

  @Test("a link made 300 times anew is followed each time", arguments: ways)
  func again(options: WatchOptions) throws {
    Files.makeDirectory("\(project.outside)/d")
    let watcher = try project.watch(options)
    for count in 0..<300 {
      Files.symbolicLink(project["l\(count)"], to: "\(project.outside)/d")
      _ = try look(watcher)
      Files.save("\(project.outside)/d/f.swift", "\(count)")
      #expect(try look(watcher).contains(project["l\(count)/f.swift"]))
      Files.delete(project["l\(count)"])
      _ = try look(watcher)
    }
  }

  @Test("after an overflow a file that a link leads to is compared, too")
  func overflow() throws {
    for name in ["a", "b"] {
      Files.save("\(project.outside)/\(name)", "1")
      Files.symbolicLink(project["\(name).swift"], to: "../outside/\(name)")
    }
    let watcher = try project.watch()
    try overflowQueue(of: project)
    Files.save("\(project.outside)/a", "2")
    #expect(try look(watcher) == [project["a.swift"]])
    Files.save("\(project.outside)/b", "2")
    #expect(try look(watcher) == [project["b.swift"]])
  }
}
