internal import Glibc

extension FileWatcher {
  /// Handles one event. It only says where to look: the state of the disk decides, because the event may be
  /// old.
  func handle(_ event: InotifyEvent) throws(WatchError) {
    if event.has(UInt32(IN_Q_OVERFLOW)) { mustRescan = true }
    // A watch that was removed can still have events in the queue. It has no directories, and its number is
    // not reused.
    for directory in table.directories(of: event.watch) where !directory.isGone {
      if event.name.isEmpty {
        try itself(directory.path, event)
      } else {
        try entry(of: directory, event)
      }
    }
  }

  /// Handles the move or deletion of a directory, or the unmount of its file system.
  private func itself(_ directory: String, _ event: InotifyEvent) throws(WatchError) {
    reportedPaths.disturb(directory)
    // A directory that has been moved back has the same watch. But paths that were looked at meanwhile did
    // not exist, so the table may be wrong.
    if event.has(UInt32(IN_MOVE_SELF)) { forget(directory) }
    if isOnTheWay(directory) {
      mustCheckAnchors = true
    } else {
      _ = try watch(directory)
    }
  }

  /// Handles the creation, deletion or save of an entry of a directory.
  private func entry(of directory: WatchedDirectory, _ event: InotifyEvent) throws(WatchError) {
    let path = directory.path.entry(event.name)
    // This includes entries that are no directories, because a root may be a link to one.
    if isOnTheWay(path) { mustCheckAnchors = true }
    for link in links.leading(to: path) { try target(of: link, event) }
    if event.has(UInt32(IN_ISDIR)) {
      reportedPaths.disturb(path)
      if rules.descends(into: path) { _ = try watch(path) }
      return
    }
    if options.followsLinks, try link(path) { return }
    if !directory.isGone, rules.isOfInterest(path: path) {
      file(event.name, of: directory, at: path, isNew: event.has(UInt32(IN_CREATE)))
    }
  }

  /// Handles an entry that is not, or was not, a directory, if it is a link. Returns whether it is a link to
  /// a directory.
  private func link(_ path: String) throws(WatchError) -> Bool {
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    if !isLink {
      guard links.contains(path) else { return false }
      links.remove(path)
      forget(path)
      return false
    }
    guard rules.isOfInterest(path: path) || rules.descends(into: path) else { return false }
    try follow(path)
    return table.directory(at: path)?.isKnown == true
  }

  /// Handles an event of an entry to which a link leads.
  private func target(of link: String, _ event: InotifyEvent) throws(WatchError) {
    reportedPaths.disturb(link)
    try follow(link)
    guard !event.has(UInt32(IN_ISDIR)), table.directory(at: link)?.isKnown != true,
      let parent = table.directory(at: link.parentPath), rules.isOfInterest(path: link)
    else { return }
    file(String(link.lastName), of: parent, at: link, isNew: event.has(UInt32(IN_CREATE)))
  }

  /// Handles the creation, deletion or save of a file of interest.
  private func file(_ name: String, of directory: WatchedDirectory, at path: String, isNew: Bool) {
    let status = FileStatus(at: path, followsLinks: options.followsLinks)
    let known = directory.files[name]
    // The file did not exist before and does not exist now: it was a temporary file of a save.
    if status == nil, known == nil, !reportedPaths.contains(path) { return }
    if isNew, let status, !status.isSavedOnCreation {
      // The file is known from now on, so its deletion is reported even if it was not saved.
      if known == nil { directory.files[name] = .unsaved }
      return
    }
    directory.files[name] = status?.stamp
    changes.insert(path)
  }
}
