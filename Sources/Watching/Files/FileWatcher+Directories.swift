internal import Glibc

extension FileWatcher {
  /// The result of watching a directory.
  enum Presence {
    case watched, absent, unreadable
  }

  /// Makes the table agree with the disk about the directory at `path`.
  ///
  /// A directory that is new at this path is watched and then read. All of its files count as changed, and so
  /// do those of the directory that was there before. If nothing has changed, this takes one system call.
  ///
  /// - Parameter more: Events to ask for in addition to those that the rules need.
  func watch(_ path: String, for more: UInt32 = 0) throws(WatchError) -> Presence {
    try watch(path, table.directory(at: path), in: nil, rules.scope(of: path), for: more)
  }

  /// Makes the table agree with the disk about a directory whose parent and scope are known.
  func watch(_ path: String, in parent: WatchedDirectory, _ scope: WatchRules.Scope) throws(WatchError) {
    _ = try watch(path, parent.directory(path.lastName), in: parent, scope)
  }

  /// Makes the table agree with the disk about a directory whose entry in the table, parent and scope are
  /// known.
  private func watch(
    _ path: String, _ known: WatchedDirectory?, in parent: WatchedDirectory?, _ scope: WatchRules.Scope,
    for more: UInt32 = 0
  ) throws(WatchError) -> Presence {
    let isListed = scope.isInside || rules.fileDirectories.contains(path)
    let hasEntriesOfInterest = isListed || links.anchors.contains(path)
    let events = more | (hasEntriesOfInterest ? InotifyMask.contents : InotifyMask.itself)
    var watch: Int32?
    switch try inotify.add(path, mask: events | (follows(path) ? 0 : UInt32(IN_DONT_FOLLOW))) {
    case .absent:
      forget(path)
      return .absent
    case .unreadable:
      forget(path)
      return .unreadable
    case .closed, .full:
      if inotify.isOpen { notices.metWatchLimit() }
      if let known, known.isPolled, known.watch == nil { return .watched }
      guard isDirectory(path) else {
        forget(path)
        return .absent
      }
    case .watching(let number):
      if let known, known.watch == number { return .watched }
      if let known, known.isPolled, known.watch == nil {
        // A watch has become free. Polling finds the changes from before it was added.
        table.set(number, of: known)
        return .watched
      }
      watch = number
    }
    if known != nil { forget(path) }
    let directory = enter(path, in: parent)
    if let watch {
      table.set(watch, of: directory)
    } else {
      table.poll(directory)
      reportedPaths.disturb(path)
    }
    if isListed { try read(directory, at: path, in: scope) }
    return .watched
  }

  /// Returns the entry of the table for a directory, which is added if necessary.
  private func enter(_ path: String, in parent: WatchedDirectory?) -> WatchedDirectory {
    // Following a link meanwhile may have shown that the parent is gone.
    guard let parent, !parent.isGone else { return table.insert(path, at: .now) }
    let name = path.lastName
    return parent.directory(name) ?? parent.insert(String(name), at: .now)
  }

  /// Removes a directory and everything below it. Its files have changed.
  func forget(_ path: String) {
    let (files, watches) = table.remove(path)
    if !isTakingIn { changes.insert(files) }
    for watch in watches { inotify.remove(watch) }
  }

  /// Returns whether the directory at this path may be a link to one.
  func follows(_ path: String) -> Bool { options.followsLinks || isOnTheWay(path) }

  /// Returns whether there is a directory at `path`.
  private func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return fstatat(AT_FDCWD, path, &status, follows(path) ? 0 : AT_SYMLINK_NOFOLLOW) == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }
}
