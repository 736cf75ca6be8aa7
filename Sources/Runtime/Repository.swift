internal import Posix

/// Where a repository of git's is (gitrepository-layout(5)).
struct Repository {
  /// Of the working tree.
  let top: String
  /// Of this working tree.
  private let own: String
  /// What all its working trees share.
  let common: String
  /// Patterns that are not committed.
  var exclude: String { common + "/info/exclude" }

  /// The one that a directory is in.
  init?(of directory: String) {
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

  /// Whether git is changing the working tree, as a checkout or a stash does: its lock of the index is there, and has
  /// been made or written to within this time. An older one may be of a commit whose message is being written, or of a
  /// git that has died.
  func isChanging(within time: Duration) -> Bool {
    guard let lock = FileSystem.identity(own + "/index.lock") else { return false }
    return .nanoseconds(FileSystem.now - lock.modified) < time
  }
}

private func firstLine(of path: String) -> String? {
  (try? FileSystem.read(path)).map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) }
}
