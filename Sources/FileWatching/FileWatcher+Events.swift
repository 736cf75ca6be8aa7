internal import Glibc

extension FileWatcher {
  /// Acts on one event. What the disk shows now decides, not what the event says: by now the event may be old.
  func handle(_ event: InotifyEvent) throws(WatchError) {
    if event.has(UInt32(IN_Q_OVERFLOW)) { mustRescan = true }
    // A watch that we gave up can still have events in the queue: it has no paths. Numbers are not used again.
    for directory in table.paths(of: event.watch) {
      if event.name.isEmpty {
        try directoryItself(directory, event)
      } else {
        try entry(of: directory, event)
      }
    }
  }

  /// The directory was moved or deleted, or its file system unmounted.
  private func directoryItself(_ directory: String, _ event: InotifyEvent) throws(WatchError) {
    gone.disturb(directory)
    // If it has been moved back since then, it has the watch that it had. But what we looked at meanwhile was
    // not there, so the table is not to be trusted.
    if event.has(UInt32(IN_MOVE_SELF)) { forget(directory) }
    if rules.approaches.contains(directory) {
      mustCheckAnchors = true
    } else {
      _ = try watch(directory)
    }
  }

  /// An entry of the directory has come, gone or been saved.
  private func entry(of directory: String, _ event: InotifyEvent) throws(WatchError) {
    let path = directory.entry(event.name)
    // Also for what is not a directory: a root may be a link to one.
    if rules.approaches.contains(path) { mustCheckAnchors = true }
    if event.has(UInt32(IN_ISDIR)) {
      gone.disturb(path)
      if rules.descends(into: path) { _ = try watch(path) }
    } else if rules.isOfInterest(path: path) {
      file(event.name, of: directory, at: path, isNew: event.has(UInt32(IN_CREATE)))
    }
  }

  /// A file of interest has come, gone or been saved.
  private func file(_ name: String, of directory: String, at path: String, isNew: Bool) {
    let status = FileStatus(at: path)
    // Nothing was there and nothing is: a temporary file of somebody's save.
    if status == nil, table[name, in: directory] == nil, !gone.contains(path) { return }
    if isNew, let status, !status.isSavedOnCreation {
      // Known from now on, so that it is reported even if it is deleted before it is saved.
      if table[name, in: directory] == nil { table[name, in: directory] = .unsaved }
      return
    }
    table[name, in: directory] = status?.stamp
    changes.insert(path)
  }
}
