internal import Glibc

extension FileWatcher {
  /// Whether some directories must be polled with ``poll(for:)``.
  package var isPolling: Bool { !inotify.isOpen || !table.polled.isEmpty }

  /// Looks at the polled directories for about `time`. The next call continues there. ``takeChanges()`` returns the
  /// changes.
  ///
  /// A look at a directory takes an open(2) and a stat(2) for the directory, and a stat(2) for each of its
  /// files. The directory is read only if it has changed.
  ///
  /// - Returns: Whether everything has been looked at.
  package func poll(for time: Duration) throws(WatchError) -> Bool {
    do throws(WatchError) {
      if polled == 0 {
        table.sweepPolled()
        reportedPaths.lookBegins()
        try watchAnchors()
      }
      let end = ContinuousClock.now + time
      while polled < table.polled.count {
        let directory = table.polled[polled]
        polled += 1
        if !directory.isGone { try look(at: directory) }
        if ContinuousClock.now >= end { break }
      }
      if polled < table.polled.count { return false }
      polled = 0
      return true
    } catch {
      mustRescan = true
      throw error
    }
  }

  /// Compares a directory and its files with the disk.
  private func look(at directory: WatchedDirectory) throws(WatchError) {
    let path = directory.path
    guard let open = try OpenDirectory(path, isReadable: false, followsLinks: follows(path)) else {
      reportedPaths.disturb(path)
      return forget(path)
    }
    compareFiles(of: directory, at: path, open.number)
    let stamp = open.stamp
    let now = ContinuousClock.now
    if stamp != directory.stamp {
      directory.settle(at: stamp, now: now)
      reportedPaths.disturb(path)
    } else if directory.unsettledUntil.map({ $0 <= now }) ?? true {
      directory.unsettledUntil = nil
      return
    }
    try readAgain(directory, at: path)
  }

  /// Compares the known files of a directory with the disk.
  private func compareFiles(of directory: WatchedDirectory, at path: String, _ number: Int32) {
    var differing: [(name: String, stamp: FileStamp?, isChange: Bool)] = []
    directory.files.forEach { name, known in
      let status = FileStatus(named: name.cString, in: number, followsLinks: options.followsLinks)
      if let status, status.stamp == known { return }
      let isChange = status?.isSame(as: known, at: directory.knownSince) != true
      differing.append((String(decoding: name, as: UTF8.self), status?.stamp, isChange))
    }
    for (name, stamp, isChange) in differing {
      directory.files[name] = stamp
      if isChange { report(path.entry(name)) }
    }
  }

  /// Takes in the new entries of a directory. Deleted ones are noticed when they are looked at.
  private func readAgain(_ directory: WatchedDirectory, at path: String) throws(WatchError) {
    let scope = rules.scope(of: path)
    guard scope.isInside || rules.fileDirectories.contains(path) else { return }
    var known: Set<String> = []
    directory.files.forEach { name, _ in known.insert(String(decoding: name, as: UTF8.self)) }
    for inner in directory.directories where inner.isKnown { known.insert(inner.name) }
    var new: [(name: String, kind: OpenDirectory.Kind)] = []
    do {
      guard let open = try OpenDirectory(path, followsLinks: follows(path)) else { return }
      open.forEach(buffer) { name, kind in
        let name = String(decoding: name, as: UTF8.self)
        if !known.contains(name) { new.append((name, kind)) }
      }
    }
    for (name, kind) in new.sorted(by: { $0.name < $1.name }) {
      let entry = path.entry(name)
      switch kind {
      case .directory:
        if rules.scope(of: entry, in: scope).isInside { _ = try watch(entry) }
      case .link where options.followsLinks:
        if mayFollow(entry, isIgnored: IgnoredNames.contains(name[...]), in: scope) { try follow(entry) }
      case .file, .link:
        guard rules.isOfInterest(path: entry, in: scope) else { continue }
        if let status = FileStatus(at: entry, followsLinks: options.followsLinks) {
          directory.files[name] = status.stamp
          report(entry)
        }
      }
    }
  }
}
