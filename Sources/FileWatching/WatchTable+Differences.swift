extension WatchTable {
  /// The files, sorted, that are not what `old` knew of them. Looks at those that both know and this table does not know
  /// the stamp of; of what has changed it is known from then on.
  func differences(from old: WatchTable, followsLinks: Bool) -> [String] {
    var found: [String] = []
    compare(directory(at: "/"), old.directory(at: "/"), "/", followsLinks, &found)
    return found.sorted()
  }

  private func compare(
    _ new: WatchedDirectory?, _ old: WatchedDirectory?, _ path: String, _ followsLinks: Bool,
    _ found: inout [String]
  ) {
    guard let new, let old else { return all(in: new ?? old, path, &found) }
    if new.files.count > 0 || old.files.count > 0 {
      compareFiles(new, old, path, followsLinks, &found)
    }
    for inner in new.directories {
      compare(inner, old.directory(inner.name), path.entry(inner.name), followsLinks, &found)
    }
    for inner in old.directories where new.directory(inner.name) == nil {
      all(in: inner, path.entry(inner.name), &found)
    }
  }

  private func compareFiles(
    _ new: WatchedDirectory, _ old: WatchedDirectory, _ path: String, _ followsLinks: Bool,
    _ found: inout [String]
  ) {
    // Another directory at this path: its files may be older than what was known, and others all the same.
    let isAnother = new.watch != nil && old.watch != nil && new.watch != old.watch
    var known: [String: FileStamp] = [:]
    old.files.forEach { name, stamp in known[String(decoding: name, as: UTF8.self)] = stamp }
    var changed: [(String, FileStamp)] = []
    new.files.forEach { bytes, stamp in
      let name = String(decoding: bytes, as: UTF8.self)
      guard let before = known.removeValue(forKey: name) else { return changed.append((name, stamp)) }
      if stamp != .none, before != .none {
        if isAnother || stamp != before { changed.append((name, stamp)) }
        return
      }
      let status = FileStatus(at: path.entry(name), followsLinks: followsLinks)
      let isSame = status.map {
        before == .none ? !$0.changed.isMaybe(after: old.knownSince) : before == $0.stamp
      }
      if isAnother || isSame != true { changed.append((name, status?.stamp ?? .unsaved)) }
    }
    for (name, stamp) in changed where stamp != .none { new.files[name] = stamp }
    found += changed.map { path.entry($0.0) } + known.keys.map(path.entry)
  }

  private func all(in directory: WatchedDirectory?, _ path: String, _ found: inout [String]) {
    guard let directory else { return }
    found += directory.files.sorted.map(path.entry)
    for inner in directory.directories { all(in: inner, path.entry(inner.name), &found) }
  }
}
