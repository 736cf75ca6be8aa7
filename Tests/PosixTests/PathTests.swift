import Testing

@testable import Posix

@Suite("A path")
struct PathTests {
  @Test(
    "has the directory of its last name as its parent",
    arguments: [
      ("/a/b/c", "/a/b"), ("/a", "/"), ("/", "/"), ("/a/b c", "/a"),
      ("/a/\u{301}accent", "/a"),  // the accent and the slash before it are one character
    ])
  func parent(path: String, parent: String) {
    #expect(Array(path.parentPath.utf8) == Array(parent.utf8))
  }

  @Test(
    "is absolute from its base on, without . and ..",
    arguments: [
      ("b", "/a", "/a/b"), ("./b/../c", "/a", "/a/c"), ("../b", "/a/x", "/a/b"), ("../../../b", "/a", "/b"),
      ("/b/./c//d/", "/a", "/b/c/d"), ("", "/a", "/a"), ("..", "/a", "/"), ("...", "/a", "/a/..."),
    ])
  func absolutePath(path: String, base: String, expected: String) {
    #expect(absolute(path, base) == expected)
  }
}
