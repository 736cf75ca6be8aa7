import Git
import GitIgnore
import Glibc
import Posix
import Testing
import WatchingTestSupport

@Suite("What git ignores in a directory")
struct IgnoreFilesOfRepositoryTests {
  private let git: GitRepository

  init() throws { git = try GitRepository() }

  private func isIgnored(_ name: String, isDirectory: Bool = false, of directory: String = "") throws -> Bool
  {
    let files = try #require(IgnoreFiles(of: git.top + directory, root: git.top))
    return files.match("\(git.top)/\(name)", isDirectory: isDirectory)?.ignores == true
  }

  @Test("is what its own files and those of the repository say")
  func sources() throws {
    try git.write("*.log\n", to: ".gitignore")
    try git.write("!kept.log\n", to: "a/.gitignore")
    try git.write("*.private\n", to: ".git/info/exclude")
    try git.write("*.swp\n", to: "users")
    try git.git("config", "core.excludesFile", git.top + "/users")
    #expect(try isIgnored("x.log") && isIgnored("a/x.log") && isIgnored("x.private") && isIgnored("a/x.swp"))
    #expect(try !isIgnored("a/kept.log") && !isIgnored("kept"))
    #expect(try isIgnored("kept.log"))
  }

  @Test("is told apart from what git tracks all the same, until that changes")
  func tracked() throws {
    try git.write("one", to: "a/tracked.log")
    try git.commit()
    try git.write("*.log\n", to: ".gitignore")
    let files = try #require(IgnoreFiles(of: git.top, root: git.top))
    #expect(files.isTracked(git.top + "/a/tracked.log") && files.holdsTracked(git.top + "/a"))
    #expect(!files.isTracked(git.top + "/a/other.log") && !files.holdsTracked(git.top + "/b"))
    #expect(!files.trackingHasChanged())
    try git.git("rm", "--quiet", "--cached", "a/tracked.log")
    #expect(files.trackingHasChanged())
    let now = try #require(IgnoreFiles(of: git.top, root: git.top))
    #expect(!now.isTracked(git.top + "/a/tracked.log"))
  }

  @Test("is not told by a .gitignore that is a link, as in git")
  func link() throws {
    try git.write("*.log\n", to: "rules")
    symlink("rules", git.top + "/.gitignore")
    #expect(try !isIgnored("x.log"))
  }

  @Test("is told without regard to case where the repository says so")
  func cases() throws {
    try git.write("*.log\n", to: ".gitignore")
    #expect(try !isIgnored("X.LOG"))
    try git.git("config", "core.ignoreCase", "true")
    #expect(try isIgnored("X.LOG"))
  }

  @Test("is not asked of a directory that git ignores itself")
  func ignoredDirectory() throws {
    try git.write("build/\n", to: ".gitignore")
    try FileSystem.makeDirectories(git.top + "/build/deep")
    #expect(IgnoreFiles(of: git.top + "/build", root: git.top) == nil)
    #expect(IgnoreFiles(of: git.top + "/build/deep", root: git.top) == nil)
    #expect(IgnoreFiles(of: git.top, root: git.top) != nil)
  }

  @Test("is told by the files of the project where there is no repository")
  func noRepository() throws {
    let directory = TemporaryDirectory()
    try FileSystem.makeDirectories(directory["a"])
    try FileSystem.write("*.log\n", to: directory[".gitignore"])
    let files = try #require(IgnoreFiles(of: directory["a"], root: directory.path))
    #expect(files.match(directory["a/x.log"], isDirectory: false)?.ignores == true)
    #expect(IgnoreFiles.index(of: directory.path) == nil)
  }

  @Test("depends on files outside of it, which are known")
  func outerFiles() throws {
    try FileSystem.makeDirectories(git.top + "/a/b")
    let exclude = git.top + "/.git/info/exclude"
    if !FileSystem.exists(exclude) { try git.write("", to: ".git/info/exclude") }
    #expect(
      IgnoreFiles.outerFiles(of: git.top + "/a/b", root: git.top)
        == [exclude, git.top + "/a/.gitignore", git.top + "/.gitignore"])
    #expect(IgnoreFiles.outerFiles(of: git.top, root: git.top) == [exclude])
    #expect(IgnoreFiles.index(of: git.top + "/a/b") == git.top + "/.git/index")
    FileSystem.remove(exclude)
    #expect(IgnoreFiles.outerFiles(of: git.top, root: git.top) == [])
  }
}
