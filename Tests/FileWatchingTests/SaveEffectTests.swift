internal import FileWatching
internal import GitIgnore
internal import Testing

/// The effect of a save, and the rule that decides.
@Suite struct SaveEffectTests {
  /// A pattern that matches the paths with this ending, and the directories of this name.
  struct Ending: PathPattern {
    let text: String
    func matches(_ path: String) -> Bool { path.hasSuffix(text) }
    func matchesAll(in directory: String) -> Bool { directory == text || directory.hasSuffix("/" + text) }
  }

  let rules = WatchRules(
    files: [
      WatchedEntry("/p/.reload.toml", .settings, origin: "settings"),
      WatchedEntry("/p/.env", .restart, origin: "env"),
      WatchedEntry("/p/Package.swift", origin: "manifest"),
    ],
    directories: [
      WatchedEntry("/p/Sources/App", origin: "App"),
      WatchedEntry("/p/Sources/App/Views", .restart, origin: "views"),
      WatchedEntry("/p/Sources", .reload, origin: "pages"),
      WatchedEntry("/p/web/static", .reload, origin: "static"),
      WatchedEntry("/p/web", origin: "web", isNarrowed: true, ignores: Self.ignores("/p")),
      WatchedEntry("/shared", origin: "shared", isNarrowed: true),
    ], root: "/p",
    exclusions: [
      Exclusion(Ending(text: ".tmp"), origin: "x"), Exclusion(Ending(text: "generated"), origin: "g"),
      Exclusion(Ending(text: "../shared/out"), origin: "o"),
    ],
    extensions: [".html", ".css"])

  static func ignores(_ top: String) -> IgnoreFiles {
    let files = [
      "/p/.gitignore": "*.html\ndist/\n", "/p/web/.gitignore": "!index.html\n",
    ]
    return IgnoreFiles(top: top) { files[$0].map { Array($0.utf8) } }
  }

  @Test(
    "names the rule that decides",
    arguments: [
      ("/p/Sources/App/main.swift", SaveEffect.Effect.build, "App"), ("/p/Package.swift", .build, "manifest"),
      ("/p/.reload.toml", .settings, "settings"), ("/p/.env", .restart, "env"),
      ("/p/Sources/App/Views/a.html", .restart, "views"), ("/p/README.md", .nothing, "not watched"),
      ("/p/Sources/App/a.tmp", .nothing, "x"), ("/p/Sources/App/generated/a/b.swift", .nothing, "g"),
      ("/p/Sources/App/.build/a.swift", .nothing, "'.build' is hidden"),
      ("/p/Sources/App/a.swift~", .nothing, "'a.swift~' is an editor's temporary file"),
      ("/p/Sources/App/a.html", .build, "App"), ("/p/Sources/a.css", .reload, "pages"),
      ("/p/web/static/a.js", .reload, "static"), ("/p/web/static/.a.swp", .nothing, "'.a.swp' is hidden"),
      ("/p/web/a.css", .build, "web"), ("/p/web/a.js", .nothing, "not in watch.extensions"),
      ("/p/web/a.html", .nothing, "/p/.gitignore:1: *.html"), ("/p/web/index.html", .build, "web"),
      ("/p/web/dist/a.css", .nothing, "/p/.gitignore:2: dist/"),
      ("/p/web/.gitignore", .rules, "git's ignore rules"),
      ("/p/web/.hidden.css", .nothing, "'.hidden.css' is hidden"),
      ("/shared/a.html", .build, "shared"), ("/shared/out/a.html", .nothing, "o"),
      ("/shared/.gitignore", .nothing, "'.gitignore' is hidden"),
    ])
  func verdicts(_ path: String, _ effect: SaveEffect.Effect, _ reason: String) {
    let saveEffect = rules.saveEffect(on: path)
    #expect(saveEffect.effect == effect)
    #expect("\(saveEffect.reason)" == reason)
    #expect(rules.isOfInterest(path: path) == (effect != .nothing))
  }

  @Test("directories in which nothing is of interest are not entered")
  func directories() {
    #expect(rules.descends(into: "/p/web"))
    #expect(!rules.descends(into: "/p/web/dist"))
    #expect(!rules.descends(into: "/p/web/dist/deep"))
    #expect(!rules.descends(into: "/p/Sources/App/generated"))
    #expect(!rules.descends(into: "/shared/out"))
    #expect(rules.saveEffect(onDirectory: "/p/Sources/App/Views").effect == .restart)
  }

  @Test("a pattern for a name is not for a directory that the project is in")
  func ancestors() {
    let rules = WatchRules(
      files: [], directories: [WatchedEntry("/generated/p/Sources"), WatchedEntry("/generated/lib")],
      root: "/generated/p", exclusions: [Exclusion(Ending(text: "generated"), origin: "g")])
    #expect(rules.isOfInterest(path: "/generated/p/Sources/a.swift"))
    #expect(!rules.isOfInterest(path: "/generated/p/Sources/generated/a.swift"))
    #expect(rules.isOfInterest(path: "/generated/lib/a.swift"))
  }

  @Test("a listed directory in an excluded one stays excluded, one in an ignored one is watched")
  func nested() {
    let rules = WatchRules(
      files: [],
      directories: [
        WatchedEntry("/p/web", origin: "web", isNarrowed: true, ignores: Self.ignores("/p")),
        WatchedEntry("/p/web/dist/kept"), WatchedEntry("/p/generated/App"),
      ], root: "/p", exclusions: [Exclusion(Ending(text: "generated"), origin: "g")])
    #expect(rules.isOfInterest(path: "/p/web/dist/kept/a.css"))
    #expect(!rules.isOfInterest(path: "/p/web/dist/a.css"))
    #expect(!rules.isOfInterest(path: "/p/generated/App/a.swift"))
  }

  @Test(
    "a file that git tracks counts although a pattern ignores it, and so does its directory",
    arguments: [
      ("/r/config.json", "root; tracked by git despite /r/.gitignore:1: *.json"),
      ("/r/other.json", "/r/.gitignore:1: *.json"),
      ("/r/dist/a/keep.js", "root; tracked by git despite /r/.gitignore:2: dist/"),
      ("/r/dist/a/other.js", "/r/.gitignore:2: dist/"), ("/r/dist/b/keep.js", "/r/.gitignore:2: dist/"),
      ("/r/dist/a/x.json", "/r/.gitignore:2: dist/"), ("/r/src/a.c", "root"),
    ])
  func tracked(_ path: String, _ reason: String) {
    let ignores = IgnoreFiles(
      top: "/r", tracked: { GitIndex(of: ["config.json", "dist/a/keep.js", "src/a.c"]) }
    ) {
      $0 == "/r/.gitignore" ? Array("*.json\ndist/\n".utf8) : nil
    }
    let rules = WatchRules(
      files: [WatchedEntry("/r/.git/index", .tracking)],
      directories: [WatchedEntry("/r", origin: "root", isNarrowed: true, ignores: ignores)], root: "/r")
    let saveEffect = rules.saveEffect(on: path)
    #expect("\(saveEffect.reason)" == reason)
    #expect(saveEffect.effect == (reason.hasPrefix("root") ? .build : .nothing))
    #expect(rules.descends(into: "/r/dist/a"))
    #expect(!rules.descends(into: "/r/dist/b"))
    #expect(rules.isOfTracking("/r/.git/index"))
    #expect(!rules.isOfTracking(path))
  }

  @Test(
    "in a repository that is in another one only its own patterns count",
    arguments: [
      ("/r/sub/a.json", "root"), ("/r/sub/deep/a.json", "root"),
      ("/r/sub/a.tmp", "/r/sub/.gitignore:1: *.tmp"),
      ("/r/other/a.json", "/r/.gitignore:1: *.json"), ("/r/ignored/a.c", "root"),
      ("/r/ignored/a.tmp", "/r/ignored/.gitignore:1: *.tmp"), ("/r/vendor/a.c", "/r/.gitignore:3: vendor/"),
    ])
  func submodule(_ path: String, _ reason: String) {
    let ignores = IgnoreFiles(
      top: "/r", tracked: { GitIndex(of: ["ignored", "sub"]) },
      inner: { directory in
        ["/r/sub", "/r/ignored", "/r/vendor"].contains(directory)
          ? IgnoreFiles(top: directory) { $0 == directory + "/.gitignore" ? Array("*.tmp".utf8) : nil } : nil
      },
      read: { $0 == "/r/.gitignore" ? Array("*.json\nignored/\nvendor/\n".utf8) : nil })
    let rules = WatchRules(
      files: [], directories: [WatchedEntry("/r", origin: "root", isNarrowed: true, ignores: ignores)],
      root: "/r")
    let saveEffect = rules.saveEffect(on: path)
    #expect("\(saveEffect.reason)" == reason)
    #expect(saveEffect.effect == (reason == "root" ? .build : .nothing))
    #expect(rules.saveEffect(on: "/r/sub/.git").effect == .rules)
  }
}
