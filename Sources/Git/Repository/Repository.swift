internal import Posix

/// The directories of a git repository (gitrepository-layout(5)).
package struct Repository: Hashable {
  /// The root of the working tree.
  let top: String
  /// The git directory of this working tree.
  private let own: String
  /// The git directory that all working trees share.
  let common: String
  /// The file of ignore patterns that are not committed.
  var exclude: String { common + "/info/exclude" }
  /// The file that lists the tracked files.
  var index: String { own + "/index" }

  /// Finds the repository that a directory is in; `nil` if it is in none.
  package init?(of directory: String) {
    var top = directory
    while !FileSystem.exists(top + "/.git") {
      if top == "/" { return nil }
      top = top.parentPath
    }
    self.top = top
    var git = top + "/.git"
    // In a worktree or a submodule, `.git` is a file that names the directory.
    if let link = firstLine(of: git), link.hasPrefix("gitdir: ") {
      git = absolute(String(link.dropFirst(8)), top)
    }
    own = git
    common = firstLine(of: git + "/commondir").map { absolute($0, git) } ?? git
  }

  /// Returns whether git is changing the working tree, as a checkout or a stash does, and holds the lock of
  /// its index since before the last change in `times` (by the clock of file systems). A lock that is older
  /// than the first change by `limit` or more is ignored: it may belong to a commit whose message is being
  /// written, or to a git that has died.
  func isChanging(_ times: ClosedRange<Int64>, within limit: Duration) -> Bool {
    guard let lock = FileSystem.identity(own + "/index.lock") else { return false }
    let oldest = times.lowerBound - Int64(clamping: limit.attoseconds / 1_000_000_000)
    return oldest < lock.modified && lock.modified <= times.upperBound
  }

  /// Returns whether git has written its index since a time.
  func hasChanged(since time: Int64) -> Bool {
    FileSystem.identity(index).map { $0.modified >= time } ?? false
  }
}

private func firstLine(of path: String) -> String? {
  (try? FileSystem.read(path)).map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) }
}
