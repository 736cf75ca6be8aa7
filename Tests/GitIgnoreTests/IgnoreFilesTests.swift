internal import GitIgnore
internal import Synchronization
internal import Testing

@Suite struct IgnoreFilesTests {
  /// Whether the path is ignored by a `.gitignore` with these lines in the top directory.
  func ignores(_ lines: String, _ path: String, isDirectory: Bool = false) -> Bool {
    files(["/.gitignore": lines]).match("/r/\(path)", isDirectory: isDirectory)?.ignores == true
  }

  /// The tree /r with these files.
  func files(_ contents: [String: String], others: [IgnoreList] = [], ignoresCase: Bool = false)
    -> IgnoreFiles
  {
    IgnoreFiles(top: "/r", others: others, ignoresCase: ignoresCase) { path in
      contents[String(path.dropFirst(2))].map { Array($0.utf8) }
    }
  }

  @Test(
    "a pattern matches what gitignore(5) says",
    arguments: [
      ("*.log", "a.log", true), ("*.log", "d/e/a.log", true), ("*.log", "a.logs", false),
      ("/a", "a", true), ("/a", "d/a", false), ("d/a", "d/a", true), ("d/a", "e/d/a", false),
      ("d/*", "d/a", true), ("d/*.c", "d/e/a.c", false), ("**/a", "a", true), ("**/a", "d/e/a", true),
      ("**/a", "da", false), ("d/**/a", "d/a", true), ("d/**/a", "d/e/f/a", true), ("d/**", "d/e/f", true),
      ("d/**", "d", false), ("foo**/bar", "foo/x/bar", true), ("a?c", "abc", true), ("a?c/d", "a/c/d", false),
      ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[]]x", "]x", true), ("[[:digit:]]", "7", true),
      ("[a", "[a", false), ("\\#a", "#a", true), ("#a", "#a", false), ("\\!a", "!a", true),
      ("a\\ ", "a ", true), ("a  ", "a", true), ("a \r", "a", true), ("a\\", "a\\", false),
    ])
  func pattern(_ line: String, _ path: String, _ isIgnored: Bool) {
    #expect(ignores(line, path) == isIgnored)
  }

  @Test("a pattern with a trailing slash is for directories, and for all in them")
  func directories() {
    #expect(!ignores("a/", "a"))
    #expect(ignores("a/", "a", isDirectory: true))
    #expect(ignores("a/", "a/b/c"))
  }

  @Test("the last pattern that matches decides, but nothing comes back out of an ignored directory")
  func negated() {
    #expect(!ignores("*.a\n!keep.a", "keep.a"))
    #expect(ignores("!keep.a\n*.a", "keep.a"))
    #expect(ignores("d/\n!d/keep", "d/keep"))
    #expect(!ignores("d/*\n!d/keep", "d/keep"))
  }

  @Test("a deeper file wins over one above it, and that over those for the whole tree, in their order")
  func precedence() throws {
    let others = [
      IgnoreList(Array("*.b\n".utf8), path: "info"), IgnoreList(Array("!*.b\n*.c".utf8), path: "user"),
    ]
    let files = files(["/.gitignore": "*.a\n", "/d/.gitignore": "\n!x.a\n"], others: others)
    let match = try #require(files.match("/r/d/x.a", isDirectory: false))
    #expect((match.path, match.line, match.pattern, match.ignores) == ("/r/d/.gitignore", 2, "!x.a", false))
    #expect(files.match("/r/e/x.a", isDirectory: false)?.path == "/r/.gitignore")
    #expect(files.match("/r/e/x.b", isDirectory: false)?.path == "info")
    #expect(files.match("/r/e/x.c", isDirectory: false)?.line == 2)
    #expect(files.match("/r/e/x.d", isDirectory: false) == nil)
    #expect(files.match("/elsewhere/x.a", isDirectory: false) == nil)
  }

  @Test("a pattern with many stars takes no time")
  func stars() {
    let name = String(repeating: "a", count: 100)
    #expect(!ignores(String(repeating: "*a", count: 30) + "b", name))
    #expect(!ignores(String(repeating: "**/", count: 20) + "b", String(repeating: "a/", count: 30)))
  }

  @Test("what is tracked is known, and when that changes for something that is ignored")
  func tracked() {
    let index = Mutex(GitIndex(of: ["a.log", "dist/x/keep", "sub"]))
    let files = IgnoreFiles(top: "/r", tracked: { index.withLock(\.self) }) { path in
      path == "/r/.gitignore" ? Array("*.log\ndist/\n".utf8) : nil
    }
    // The index has not been read yet.
    index.withLock { $0 = GitIndex(of: ["a.log", "dist/x/keep", "sub", "b.log"]) }
    #expect(!files.trackingHasChanged())
    #expect(files.isTracked("/r/a.log"))
    #expect(!files.isTracked("/r/dist/other"))
    #expect(files.holdsTracked("/r/dist"))
    #expect(files.holdsTracked("/r/dist/x"))
    #expect(!files.holdsTracked("/r/dist/x/k"))
    #expect(files.isTracked("/r/sub"))
    index.withLock { $0 = GitIndex(of: ["a.log", "dist/x/keep", "sub", "b.log", "new"]) }
    #expect(!files.trackingHasChanged())
    index.withLock { $0 = GitIndex(of: ["a.log", "sub", "b.log", "new"]) }
    #expect(!files.holdsTracked("/r/dist"))
    #expect(files.trackingHasChanged())
    // The answers stay the same until other ignore files replace these.
    #expect(files.holdsTracked("/r/dist"))
    #expect(files.trackingHasChanged())
    index.withLock { $0 = GitIndex(of: ["a.log", "dist/x/keep", "sub", "b.log", "new", "newer"]) }
    #expect(!files.trackingHasChanged())
    #expect(files.holdsTracked("/r/dist"))
  }
}
