extension WatchTable {
  /// Returns the files, sorted, that differ from `old`. Looks at the files that both tables know and of which
  /// this one has no stamp, and records the stamps of changed ones.
  ///
  /// - Parameter haveEvents: Whether the kernel has reported, or will report, all changes in watched
  ///   directories since `old` was read.
  func differences(from old: WatchTable, followsLinks: Bool, haveEvents: Bool) -> [String] {
    var comparison = Comparison(followsLinks: followsLinks, haveEvents: haveEvents)
    comparison.compare(directory(at: "/"), old.directory(at: "/"), "/")
    return comparison.found.sorted()
  }
}

/// A comparison of two tables, directory by directory.
private struct Comparison {
  let followsLinks: Bool
  let haveEvents: Bool
  /// The files that differ.
  private(set) var found: [String] = []

  init(followsLinks: Bool, haveEvents: Bool) {
    self.followsLinks = followsLinks
    self.haveEvents = haveEvents
  }

  /// Compares two directories and everything below them.
  mutating func compare(_ new: WatchedDirectory?, _ old: WatchedDirectory?, _ path: String) {
    compareFiles(new, old, path)
    for inner in new?.directories ?? [] {
      compare(inner, old?.directory(inner.name), path.entry(inner.name))
    }
    for inner in old?.directories ?? [] where new?.directory(inner.name) == nil {
      compare(nil, inner, path.entry(inner.name))
    }
  }

  /// Compares the files of two directories.
  private mutating func compareFiles(_ new: WatchedDirectory?, _ old: WatchedDirectory?, _ path: String) {
    // Another directory at this path: its files may be older than the known ones, and are different
    // nevertheless.
    let isAnother = new?.watch != nil && old?.watch != nil && new?.watch != old?.watch
    let isTold = haveEvents && new?.watch != nil && new?.watch == old?.watch && new?.isPolled == false
    var known: [String: FileStamp] = [:]
    old?.files.forEach { name, stamp in known[String(decoding: name, as: UTF8.self)] = stamp }
    var changed: [(name: String, stamp: FileStamp)] = []
    new?.files.forEach { bytes, stamp in
      let name = String(decoding: bytes, as: UTF8.self)
      let before = known.removeValue(forKey: name)
      if stamp != .none, let before, before != .none {
        if isAnother || !(isTold ? stamp.matchesIgnoringTick(before) : stamp == before) {
          changed.append((name, stamp))
        }
        return
      }
      let status = FileStatus(at: path.entry(name), followsLinks: followsLinks)
      if !isAnother, let before, let old, let status,
        isTold
          ? status.matchesIgnoringTick(before, at: old.knownSince)
          : status.isSame(as: before, at: old.knownSince)
      {
        return
      }
      changed.append((name, status?.stamp ?? .unsaved))
    }
    for (name, stamp) in changed { new?.files[name] = stamp }
    found += changed.map { path.entry($0.name) } + known.keys.map(path.entry)
  }
}
