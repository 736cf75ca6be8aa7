import Posix
import Testing
import WatchingTestSupport

@testable import Git

@Suite("The repository of a directory")
struct RepositoryTests {
  private let git: GitRepository

  init() throws { git = try GitRepository() }

  @Test("is the nearest above it")
  func nearest() throws {
    try FileSystem.makeDirectories(git.top + "/a/b")
    for directory in ["", "/a", "/a/b"] {
      let repository = try #require(Repository(of: git.top + directory))
      #expect(repository.top == git.top)
      #expect(repository.index == git.top + "/.git/index")
      #expect(repository.exclude == git.top + "/.git/info/exclude")
    }
    try FileSystem.makeDirectories(git.top + "/a/.git")
    #expect(Repository(of: git.top + "/a/b")?.top == git.top + "/a")
    #expect(Repository(of: git.top + "/a/b") == Repository(of: git.top + "/a"))
    #expect(Repository(of: git.top + "/a") != Repository(of: git.top))
  }

  @Test("is none where there is none")
  func none() throws {
    let directory = TemporaryDirectory()
    #expect(Repository(of: directory.path) == nil)
    #expect(Repository(of: "/") == nil)
  }

  @Test("a worktree has an index of its own, and shares the rest")
  func worktree() throws {
    try git.commit()
    let other = git.top.parentPath + "/other"
    try git.git("worktree", "add", "--quiet", other)
    let repository = try #require(Repository(of: other))
    #expect(repository.top == other)
    #expect(repository.index == git.top + "/.git/worktrees/other/index")
    #expect(FileSystem.exists(repository.index))
    #expect(repository.common == git.top + "/.git")
    #expect(repository.exclude == git.top + "/.git/info/exclude")
  }

  @Test("a submodule's repository is in the outer one's, by a path relative to the submodule")
  func submodule() throws {
    try git.commit()
    try git.git("submodule", "--quiet", "add", git.top, "inner")
    let repository = try #require(Repository(of: git.top + "/inner"))
    #expect(repository.top == git.top + "/inner")
    #expect(repository.index == git.top + "/.git/modules/inner/index")
    #expect(FileSystem.exists(repository.index))
    #expect(repository.common == git.top + "/.git/modules/inner")
  }
}
