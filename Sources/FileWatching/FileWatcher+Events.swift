internal import Glibc

extension FileWatcher {
  /// Acts on one event. What the disk shows now decides, not what the event says: by now the event may be old.
  func handle(_ event: InotifyEvent) throws(WatchError) {
    if event.has(UInt32(IN_Q_OVERFLOW)) { mustRescan = true }
    // A watch that we gave up can still have events in the queue: it has no directories. Numbers are not used again.
    for directory in table.directories(of: event.watch) where !directory.isGone {
      if event.name.isEmpty {
        try itself(directory.path, event)
      } else {
        try entry(of: directory, event)
      }
    }
  }

  /// The directory was moved or deleted, or its file system unmounted.
  private func itself(_ directory: String, _ event: InotifyEvent) throws(WatchError) {
    gone.disturb(directory)
    // If it has been moved back since then, it has the watch that it had. But what we looked at meanwhile was
    // not there, so the table is not to be trusted.
    if event.has(UInt32(IN_MOVE_SELF)) { forget(directory) }
    if isOnTheWay(directory) {
      mustCheckAnchors = true
    } else {
      _ = try watch(directory)
    }
  }

  /// An entry of the directory has come, gone or been saved.
  private func entry(of directory: WatchedDirectory, _ event: InotifyEvent) throws(WatchError) {
    let path = directory.path.entry(event.name)
    // Also for what is not a directory: a root may be a link to one.
    if isOnTheWay(path) { mustCheckAnchors = true }
    for link in links.leading(to: path) { try target(of: link, event) }
    if event.has(UInt32(IN_ISDIR)) {
      gone.disturb(path)
      if rules.descends(into: path) { _ = try watch(path) }
      return
    }
    if options.followsLinks, try link(path) { return }
    if !directory.isGone, rules.isOfInterest(path: path) {
      file(event.name, of: directory, at: path, isNew: event.has(UInt32(IN_CREATE)))
    }
  }

  /// An entry that is, or was, no directory. Whether it is a link to one; that is done with.
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

  /// Something happened to an entry to which a link leads.
  private func target(of link: String, _ event: InotifyEvent) throws(WatchError) {
    gone.disturb(link)
    try follow(link)
    guard !event.has(UInt32(IN_ISDIR)), table.directory(at: link)?.isKnown != true,
      let parent = table.directory(at: link.parentPath), rules.isOfInterest(path: link)
    else { return }
    file(String(link.lastName), of: parent, at: link, isNew: event.has(UInt32(IN_CREATE)))
  }

  /// A file of interest has come, gone or been saved.
  private func file(_ name: String, of directory: WatchedDirectory, at path: String, isNew: Bool) {
    let status = FileStatus(at: path, followsLinks: options.followsLinks)
    let known = directory.files[name]
    // Nothing was there and nothing is: a temporary file of somebody's save.
    if status == nil, known == nil, !gone.contains(path) { return }
    if isNew, let status, !status.isSavedOnCreation {
      // Known from now on, so that it is reported even if it is deleted before it is saved.
      if known == nil { directory.files[name] = .unsaved }
      return
    }
    directory.files[name] = status?.stamp
    changes.insert(path)
  }
}
