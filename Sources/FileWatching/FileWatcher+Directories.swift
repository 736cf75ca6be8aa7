internal import Glibc

extension FileWatcher {
  /// What came of a wish to watch a directory.
  enum Presence {
    case watched, absent, unreadable
  }

  /// Makes the table agree with the disk on whether there is a directory at `path`, and which one.
  ///
  /// One that is new at this path is watched and then read; all its files count as changed. So do those of the
  /// one that was there before. Where nothing changed this is one system call.
  ///
  /// - Parameter more: events to ask for besides those that the rules make necessary.
  func watch(_ path: String, for more: UInt32 = 0) throws(WatchError) -> Presence {
    try watch(path, table.directory(at: path), in: nil, rules.scope(of: path), for: more)
  }

  /// The same for a directory of which the one that it is in, and its scope, are known.
  func watch(_ path: String, in parent: WatchedDirectory, _ scope: WatchRules.Scope) throws(WatchError) {
    _ = try watch(path, parent.directory(path.lastName), in: parent, scope)
  }

  /// The same for a directory of which it is also known what the table has of it.
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
        // A watch has become free. What happened before it was there, polling finds.
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
      gone.disturb(path)
    }
    if isListed { try read(directory, at: path, in: scope) }
    return .watched
  }

  /// The table's entry for a directory that it does not know.
  private func enter(_ path: String, in parent: WatchedDirectory?) -> WatchedDirectory {
    // A link that was followed meanwhile may have shown that the parent is not there any more.
    guard let parent, !parent.isGone else { return table.insert(path) }
    let name = path.lastName
    return parent.directory(name) ?? parent.insert(String(name))
  }

  /// Gives up a directory and all in it; the files that were known there have changed.
  func forget(_ path: String) {
    let (files, watches) = table.remove(path)
    if !isTakingIn { changes.insert(files) }
    for watch in watches { inotify.remove(watch) }
  }

  /// Whether the directory at this path may be a link to one.
  func follows(_ path: String) -> Bool { options.followsLinks || isOnTheWay(path) }

  private func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return fstatat(AT_FDCWD, path, &status, follows(path) ? 0 : AT_SYMLINK_NOFOLLOW) == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }
}
