import Glibc
import Posix
import Testing

@testable import Git

@Suite("Git at work in a repository")
struct GitProgressTests {
  private let git: GitRepository
  private let repository: Repository
  private var lock: String { git.top + "/.git/index.lock" }

  init() throws {
    git = try GitRepository()
    try git.write("one", to: "file")
    try git.commit()
    repository = try #require(Repository(of: git.top))
  }

  /// Sets the time of a file's last modification, in nanoseconds since 1970.
  private func set(_ path: String, to time: Int64) {
    let time = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
    _ = utimensat(AT_FDCWD, path, [time, time], 0)
  }

  private func isAtRest(
    _ progress: inout GitProgress, of other: Repository? = nil, polled: Bool = false
  ) -> Bool {
    let repositories = Set([repository, other ?? repository])
    if case .atRest = progress.state(of: repositories, within: .seconds(2), polled: polled) { return true }
    return false
  }

  @Test("is waited for as long as it has the lock of its index")
  func locked() throws {
    var progress = GitProgress()
    try FileSystem.write("", to: lock)
    #expect(isAtRest(&progress))  // there is nothing that could be a part of it
    progress.batchGrew()
    guard case .changing = progress.state(of: [repository], within: .seconds(2), polled: false) else {
      Issue.record("not waited for")
      return
    }
    FileSystem.remove(lock)
    #expect(isAtRest(&progress))
  }

  @Test("is not waited for once the batch is over")
  func ended() throws {
    var progress = GitProgress()
    try FileSystem.write("", to: lock)
    progress.batchGrew()
    progress.batchEnded()
    #expect(isAtRest(&progress))
  }

  @Test("is waited for only if the lock was taken shortly before the batch, or while it grew")
  func times() throws {
    try FileSystem.write("", to: lock)
    let start: Int64 = 2_000_000_000_000_000_000
    let second: Int64 = 1_000_000_000
    func isChanging(lockedAt time: Int64) -> Bool {
      set(lock, to: time)
      return repository.isChanging(start...(start + second), within: .seconds(2))
    }
    #expect(isChanging(lockedAt: start))
    #expect(isChanging(lockedAt: start + second))
    #expect(isChanging(lockedAt: start - 2 * second + 1))
    // Of a commit whose message is being written, or of a git that has died.
    #expect(!isChanging(lockedAt: start - 2 * second))
    // What came before it is not its doing.
    #expect(!isChanging(lockedAt: start + second + 1))
    FileSystem.remove(lock)
    #expect(!repository.isChanging(start...(start + second), within: .seconds(2)))
  }

  @Test("has more to tell, once, where files are polled and the index has been written since the batch began")
  func polled() throws {
    var progress = GitProgress()
    set(repository.index, to: FileSystem.coarseTime - 10_000_000_000)
    progress.batchGrew()
    #expect(isAtRest(&progress, polled: true))
    set(repository.index, to: FileSystem.fineTime)
    #expect(isAtRest(&progress))  // the kernel has told everything
    guard case .unseen = progress.state(of: [repository], within: .seconds(2), polled: true) else {
      Issue.record("nothing is unseen")
      return
    }
    set(repository.index, to: FileSystem.coarseTime - 10_000_000)
    FileSystem.awaitTick()
    #expect(isAtRest(&progress, polled: true))
  }

  @Test("is waited for in any of the repositories that are watched")
  func several() throws {
    let other = try GitRepository()
    var progress = GitProgress()
    try FileSystem.write("", to: other.top + "/.git/index.lock")
    progress.batchGrew()
    #expect(!isAtRest(&progress, of: Repository(of: other.top)))
  }
}
