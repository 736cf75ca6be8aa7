import Settings
import Testing

@Suite("A pattern")
struct GlobTests {
  @Test(
    "matches what git and a shell with globstar do",
    arguments: [
      ("*.swift", "Sources/App/a.swift"), ("Sources/*/a.swift", "Sources/App/a.swift"),
      ("**/a.swift", "a.swift"),
      ("**/a.swift", "x/y/a.swift"), ("Public/**", "Public/css/site.css"), ("[a-c]?.txt", "b1.txt"),
      ("*.{css,js}", "Public/site.js"), ("a[!x]c", "abc"), ("Sources/**/Gen/*.swift", "Sources/Gen/a.swift"),
      // Normalised
      ("tmp/", "tmp/a"), ("tmp/", "web/tmp/b/a"), ("./tmp", "tmp/a"), ("/tmp", "tmp/a"), ("/tmp/", "tmp/b/a"),
      ("a//b", "a/b"), ("a/./b/", "a/b/c"), ("tmp//", "tmp/a"), ("tmp/.", "tmp/a"), ("web/../tmp", "tmp"),
      ("tmp  ", "tmp"), ("a\\ ", "a "), ("tmp/**/", "tmp/a/b"), ("**/tmp/**", "a/tmp/b"), ("**/a/b", "x/a/b"),
      ("a/**/b", "a/b"), ("tmp", "x/tmp/a"), ("x{,.bak}", "x.bak"), ("{a,{b,c}d}/e", "cd/e"), ("{a}", "a"),
      ("\\*.a", "*.a"), ("\\{a,b\\}", "{a,b}"), ("[{]a,b}", "{a,b}"), ("{a", "{a"), ("é*.c", "éa.c"),
      ("[[:digit:]]", "7"), ("../shared/out", "../shared/out/a"), ("*.tmp", "../shared/a.tmp"),
    ])
  func matches(pattern: String, path: String) { #expect(Glob(pattern).matches(path)) }

  @Test(
    "matches nothing else",
    arguments: [
      ("*.swift", "a.swifty"), ("Sources/*.swift", "Sources/App/a.swift"), ("Public/**", "Publicity/a"),
      ("a[!x]c", "axc"), ("a?c", "a/c"), ("[a-c].txt", "d.txt"), ("", "a"),
      ("tmp/", "tmp"), ("./tmp", "web/tmp/a"), ("/tmp", "web/tmp/a"), ("a//b", "x/a/b"), ("tmp/**", "tmp"),
      ("foo**bar", "foo/bar"), ("*/x", "../x"), ("\\*.a", "b.a"), ("tmp", "tmpl"), ("web/tmp", "tmp/a"),
      ("*", "/p"),
    ])
  func doesNotMatch(pattern: String, path: String) { #expect(!Glob(pattern).matches(path)) }

  @Test("for a directory takes all that is in it")
  func directories() {
    for pattern in ["tmp", "tmp/", "/tmp", "./tmp/", "tmp/**", "t*/"] {
      #expect(Glob(pattern).matchesAll(in: "tmp"))
      #expect(Glob(pattern).matchesAll(in: "tmp/a"))
      #expect(!Glob(pattern).matchesAll(in: "a"))
    }
    #expect(!Glob("tmp/*").matchesAll(in: "tmp"))
    #expect(Glob("tmp/*").matchesAll(in: "tmp/a"))
  }

  @Test("may be an absolute path of the project, or of another watched directory")
  func absolute() {
    func glob(_ text: String) -> Glob { Glob(text, root: "/home/p", outside: ["/home/shared", "/lib"]) }
    #expect(glob("/home/p/tmp").matches("tmp/a"))
    #expect(!glob("/home/p/tmp").matches("x/tmp/a"))
    #expect(glob("/home/shared/out/*.c").matches("../shared/out/a.c"))
    #expect(glob("/lib").matchesAll(in: "../../lib"))
    #expect(glob("../p/tmp/").matches("tmp/a"))
    // Other patterns begin at the root, as in git.
    #expect(glob("/home").matches("home/a"))
    #expect(glob("/var/log").absolutePath == "/var/log")
    #expect(glob("/tmp").absolutePath == nil)
    #expect(glob("/home/p/tmp/x").absolutePath == nil)
  }

  @Test("tells whether it can describe anything in directories outside of the project")
  func foreign() {
    func cannotMatch(_ text: String) -> Bool {
      Glob(text, root: "/home/p").cannotMatch(in: ["/home/shared/a", "/home/one/file.c"], root: "/home/p")
    }
    for text in ["../x", "../x/**", "../../lib", "../shared/b/*.c", "{../x,../y}"] {
      #expect(cannotMatch(text))
    }
    for text in [
      "x", "../shared", "../shared/a/b/*", "../*/a", "../one/*.c", "../../home/shared", "{../x,y}",
    ] {
      #expect(!cannotMatch(text))
    }
  }

  @Test(
    "that nobody can want is known",
    arguments: [
      ("", "an empty pattern matches nothing; remove it"),
      ("  ", "an empty pattern matches nothing; remove it"),
      (
        "[a",
        "'[a' matches nothing: a '[' is not closed, or a backslash is last; write '\\[' or '\\\\' for the character"
      ),
      (
        "!a", "'!a': exclusions cannot be negated; list what to exclude, or write '\\!' for the character"
      ),
      (
        "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
        "'{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}' has more than 256 alternatives; write several patterns"
      ),
    ])
  func flaws(_ pattern: String, _ flaw: String) { #expect(Glob(pattern).flaw == flaw) }

  @Test(
    "for everything is known",
    arguments: [
      "**", "*", ".", "/", "./", "/**", "**/*", "?*", "/*", "a/..", "..", "../..", "{*,a}", "[!.]*",
    ])
  func everything(_ pattern: String) {
    #expect(Glob(pattern).flaw == "'\(pattern)' matches everything, so no save would start a build")
  }

  @Test(
    "that is right has no flaw",
    arguments: ["tmp/", "*.c", "../x", "/a", "a*", "**/a", "*/", "**/", "a/**", "\\[a", "[]a]"])
  func right(_ pattern: String) { #expect(Glob(pattern).flaw == nil) }

  @Test("takes no time, however many stars it has")
  func stars() {
    let name = String(repeating: "a", count: 200)
    #expect(!Glob(String(repeating: "*a", count: 100) + "b").matches(name))
    #expect(
      !Glob(String(repeating: "**/", count: 50) + "b").matches(String(repeating: "a/", count: 100) + "a"))
  }
}
