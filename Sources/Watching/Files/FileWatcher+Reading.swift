extension FileWatcher {
  /// The entries of a directory besides its files: directories that may be of interest, and links to follow,
  /// sorted.
  private struct Entries {
    /// The names of the directories and links.
    var inner: [(name: String, isLink: Bool)] = []
    /// Whether the directory has a `.gitignore`, or is a repository with its own patterns.
    var hasIgnoreFile = false
  }

  /// Takes in the entries of a directory, which must be watched or polled already.
  func read(_ directory: WatchedDirectory, at path: String, in scope: WatchRules.Scope) throws(WatchError) {
    directory.knownSince = .now
    var scope = scope.withoutIgnoreFiles(in: path) ?? scope
    var entries = try takeEntries(of: directory, at: path, in: scope)
    if entries.hasIgnoreFile, scope.narrowed != nil, scope.narrowed?.ignores == nil {
      directory.files = FileList()
      scope = rules.scope(of: path)
      entries = try takeEntries(of: directory, at: path, in: scope)
    }
    if !isTakingIn { changes.insert(directory.files.sorted.map(path.entry)) }
    for (name, isLink) in entries.inner where !directory.isGone {
      let entry = path.entry(name)
      if isLink {
        try follow(entry)
      } else {
        let scope = rules.scope(of: entry, in: scope)
        if scope.isInside { try watch(entry, in: directory, scope) }
      }
    }
  }

  /// Adds the files of interest to the table. Paths are made only for files whose names alone do not decide.
  private func takeEntries(
    of directory: WatchedDirectory, at path: String, in scope: WatchRules.Scope
  ) throws(WatchError) -> Entries {
    var entries = Entries()
    guard let open = try OpenDirectory(path, followsLinks: follows(path)) else { return entries }
    let number = open.number
    pollIfSilent(directory, at: path, number)
    if directory.isPolled { directory.settle(at: open.stamp, now: .now) }
    let takesAll = rules.takesAll(in: scope)
    open.forEach(buffer) { name, kind in
      let isIgnored = IgnoredNames.contains(name)
      if isIgnored, name.elementsEqual(".gitignore".utf8) || name.elementsEqual(".git".utf8) {
        entries.hasIgnoreFile = true
      }
      if kind == .directory {
        if scope.isInside, !isIgnored { entries.inner.append((String(decoding: name, as: UTF8.self), false)) }
      } else if kind == .link, options.followsLinks {
        let name = String(decoding: name, as: UTF8.self)
        if mayFollow(path.entry(name), isIgnored: isIgnored, in: scope) { entries.inner.append((name, true)) }
      } else if takesAll && !isIgnored
        || rules.isOfInterest(path: path.entry(String(decoding: name, as: UTF8.self)), in: scope)
      {
        take(name, directory, number)
      }
    }
    entries.inner.sort { $0.name < $1.name }
    return entries
  }

  /// Adds a file to the table. It gets a stamp if it is polled, because only the stamp shows changes, or if
  /// it has just been created, because its time does not show whether it changed before the directory was
  /// read.
  private func take(_ name: UnsafeBufferPointer<UInt8>, _ directory: WatchedDirectory, _ number: Int32) {
    if isTakingIn, !directory.isPolled { return directory.files.append(name, .none) }
    let status = FileStatus(named: name.cString, in: number, followsLinks: options.followsLinks)
    if let status { directory.files.append(name, status.stamp) }
  }
}
