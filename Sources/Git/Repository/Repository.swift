internal import Posix

/// Where a repository of git's is (gitrepository-layout(5)).
package struct Repository: Hashable {
  /// Of the working tree.
  let top: String
  /// Of this working tree.
  private let own: String
  /// What all its working trees share.
  let common: String
  /// Patterns that are not committed.
  var exclude: String { common + "/info/exclude" }
  /// What git tracks.
  var index: String { own + "/index" }

  /// The one that a directory is in.
  package init?(of directory: String) {
    var top = directory
    while !FileSystem.exists(top + "/.git") {
      if top == "/" { return nil }
      top = top.parentPath
    }
    self.top = top
    var git = top + "/.git"
    // Of a worktree or a submodule it is a file that says where the directory is.
    if let link = firstLine(of: git), link.hasPrefix("gitdir: ") {
      git = absolute(String(link.dropFirst(8)), top)
    }
    own = git
    common = firstLine(of: git + "/commondir").map { absolute($0, git) } ?? git
  }

  /// Whether git is changing the working tree, as a checkout or a stash does, and has been since before the last of the
  /// changes in this time (by the clock of file systems): it holds the lock of its index. One that is older than them by
  /// `limit` or more may be of a commit whose message is being written, or of a git that has died.
  func isChanging(_ times: ClosedRange<Int64>, within limit: Duration) -> Bool {
    guard let lock = FileSystem.identity(own + "/index.lock") else { return false }
    let oldest = times.lowerBound - Int64(clamping: limit.attoseconds / 1_000_000_000)
    return oldest < lock.modified && lock.modified <= times.upperBound
  }

  /// Whether git has written its index since then.
  func hasChanged(since time: Int64) -> Bool {
    FileSystem.identity(index).map { $0.modified >= time } ?? false
  }
}

private func firstLine(of path: String) -> String? {
  (try? FileSystem.read(path)).map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) }
}
