internal import FileWatching
internal import Testing

@Suite struct WatchRulesTests {
  let rules = WatchRules(
    files: ["/p/Package.swift", "/p/Package.resolved", "/p/.reload.toml", "/q/list.txt"],
    directories: ["/p/Sources/", "/p//Plugins", "/p/.gen/Sources"])

  @Test(
    "files in the roots, the listed ones and versioned manifests are of interest",
    arguments: [
      "/p/Sources/App/main.swift", "/p/Sources/f", "/p/Plugins/a/b/c.json", "/p/Package.swift",
      "/p/Package.resolved", "/p/Package@swift-6.1.swift", "/p/.reload.toml", "/p/.gen/Sources/f.swift",
      "/q/list.txt", "/p/Sources/4912", "/p/Sources/sediment.swift", "/p/Sources/a.swift.in",
      "/p/Sources/sedentary", "/p/Sources/sedanModel3", "/p/Sources/a.swift.backup", "/p/Sources/#",
    ])
  func ofInterest(path: String) {
    #expect(rules.isOfInterest(path: path))
  }

  @Test(
    "everything else is not",
    arguments: [
      "/p/README.md", "/p/Sourcesmain.swift", "/p/SourcesX/main.swift", "/p/Tests/a.swift", "/p/Sources",
      "/p/Package@swift-6.1.txt", "/q/Package@swift-6.1.swift", "/p/Sources2/Package.swift", "/q/other.txt",
      "/p/.gen/f.swift", "/", "/p",
    ])
  func notOfInterest(path: String) {
    #expect(!rules.isOfInterest(path: path))
  }

  @Test(
    "hidden files and what editors write while they save are not",
    arguments: [
      ".a.swift.swp", ".#a.swift", "#a.swift#", "a.swift~", "a.swift.~1~", "4913", "5036", "5159",
      "a.swift___jb_tmp___", "a.swift___jb_old___", "a.swp", "a.swx", ".goutputstream-ABC123", "sedAb12Cd",
      ".a.swift.kate-swp", "a.swiftAb12Cd.bck", "a.swift.Ab12Cd", "settings.json.vsctmp", ".DS_Store",
    ])
  func editors(name: String) {
    #expect(!rules.isOfInterest(path: "/p/Sources/\(name)"))
    #expect(!rules.isOfInterest(path: "/p/Sources/App/\(name)"))
  }

  @Test("a directory with an ignored name is not entered, unless it is a root or on the way to one")
  func directories() {
    #expect(rules.descends(into: "/p/Sources"))
    #expect(rules.descends(into: "/p/Sources/App/Models"))
    #expect(rules.descends(into: "/p/.gen/Sources/App"))
    #expect(!rules.descends(into: "/p/Sources/.build"))
    #expect(!rules.descends(into: "/p/Sources/.build/deep/er"))
    #expect(!rules.isOfInterest(path: "/p/Sources/.build/deep/er/f.swift"))
    #expect(!rules.descends(into: "/p"))
    #expect(!rules.descends(into: "/p/.gen"))
    #expect(!rules.descends(into: "/"))
  }

  @Test("nothing is of interest to empty rules")
  func empty() {
    #expect(!WatchRules().isOfInterest(path: "/a"))
    #expect(!WatchRules().descends(into: "/"))
  }
}
