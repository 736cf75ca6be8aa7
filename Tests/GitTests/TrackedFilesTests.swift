import GitIgnore
import Posix
import Testing

@testable import Git

@Suite("The files that git tracks")
struct TrackedFilesTests {
  private let git: GitRepository

  init() throws { git = try GitRepository() }

  @Test("are those of the index, which is read again when it is another")
  func current() throws {
    let files = TrackedFiles(git.top + "/.git/index", hashSize: 20)
    func contains(_ name: String) -> Bool? { files.current?.contains(Array(name.utf8)[...]) }
    #expect(files.current?.count == nil)  // nothing was ever added
    try git.write("one", to: "a/first")
    try git.git("add", "--all")
    #expect(contains("a/first") == true)
    #expect(contains("second") == false)
    try git.write("two", to: "second")
    try git.git("add", "--all")
    #expect(contains("second") == true)
    FileSystem.remove(git.top + "/.git/index")
    #expect(files.current?.count == nil)
  }

  @Test("are unknown where the index is not understood")
  func notUnderstood() throws {
    try git.write("no index", to: ".git/index")
    #expect(TrackedFiles(git.top + "/.git/index", hashSize: 20).current?.count == nil)
  }
}
