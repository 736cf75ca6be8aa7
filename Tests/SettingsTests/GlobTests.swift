import Settings
import Testing

@Suite("A pattern")
struct GlobTests {
  @Test(
    "matches what a shell with globstar does",
    arguments: [
      ("*.swift", "Sources/App/a.swift"), ("Sources/*/a.swift", "Sources/App/a.swift"),
      ("**/a.swift", "a.swift"),
      ("**/a.swift", "x/y/a.swift"), ("Public/**", "Public/css/site.css"), ("[a-c]?.txt", "b1.txt"),
      ("*.{css,js}", "Public/site.js"), ("a[!x]c", "abc"), ("Sources/**/Gen/*.swift", "Sources/Gen/a.swift"),
    ])
  func matches(pattern: String, path: String) { #expect(Glob(pattern).matches(path)) }

  @Test(
    "matches nothing else",
    arguments: [
      ("*.swift", "a.swifty"), ("Sources/*.swift", "Sources/App/a.swift"), ("Public/**", "Publicity/a"),
      ("a[!x]c", "axc"), ("a?c", "a/c"), ("[a-c].txt", "d.txt"), ("", "a"),
    ])
  func doesNotMatch(pattern: String, path: String) { #expect(!Glob(pattern).matches(path)) }
}
