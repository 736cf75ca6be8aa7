internal import Glibc

extension FileWatcher {
  /// Takes in a symbolic link that is new, has changed, or may lead elsewhere now.
  ///
  /// A link to a file counts as a file of its directory, and a link to a directory as a directory in it. The
  /// directories on the way to the target are watched for names, so that it is noticed when the target comes,
  /// goes or is replaced.
  func follow(_ link: String) throws(WatchError) {
    try watchWay(of: link)
    if let target = directory(at: link) {
      if let parent = table.directory(at: link.parentPath), parent.files[String(link.lastName)] != nil {
        parent.files[String(link.lastName)] = nil
        report(link)
      }
      if mayEnter(link, target) { _ = try watch(link) } else { forget(link) }
    } else {
      forget(link)
      if rules.isOfInterest(path: link) { compare(link) }
    }
  }

  /// Returns whether the target of a link can be of interest.
  func mayFollow(_ link: String, isIgnored: Bool, in scope: WatchRules.Scope) -> Bool {
    scope.isInside && !isIgnored || rules.isOfInterest(path: link, in: scope)
  }

  /// Follows all links again, because a directory on the way to some target has come or gone.
  func followAgain() throws(WatchError) {
    for link in links.all { try follow(link) }
  }

  /// Reports a file to which a link leads, unless it is unchanged.
  private func compare(_ link: String) {
    guard let parent = table.directory(at: link.parentPath) else { return }
    let name = String(link.lastName)
    let known = parent.files[name]
    let status = FileStatus(at: link, followsLinks: true)
    if known == nil, status == nil { return }
    if let known, let status, status.matchesIgnoringTick(known, at: parent.knownSince) { return }
    parent.files[name] = status?.stamp
    report(link)
  }

  /// Watches the directories on the way from a link to its target for names.
  private func watchWay(of link: String) throws(WatchError) {
    guard inotify.isOpen else { return }
    let hops = Self.hops(of: link)
    if hops.isEmpty { return links.remove(link) }
    links.set(link, hops)
    for directory in Set(hops.map(\.parentPath)) {
      try approach(directory)
      let isTold = table.directory(at: directory).map { $0.watch != nil && !$0.isPolled } ?? true
      if !isTold || isSilent(directory), let parent = table.directory(at: link.parentPath) {
        table.poll(parent)
      }
    }
  }

  /// Returns whether a link to a directory is entered. It is not if the directory contains the link itself,
  /// or if many links lead to the directory already.
  private func mayEnter(_ link: String, _ target: FileIdentity) -> Bool {
    guard rules.descends(into: link) else { return false }
    if rules.approaches.contains(link) { return true }
    for ancestor in link.ancestors where directory(at: ancestor) == target { return false }
    return links.enter(link, to: target) { table.directory(at: $0)?.isKnown == true }
  }

  /// Returns the identity of the directory at `path`, which may be a link to it (stat(2)). `nil` if there is
  /// none.
  private func directory(at path: String) -> FileIdentity? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Returns the entries to which a link leads, one after the other, as absolute paths whose directories are
  /// no links. Empty if `link` is no link.
  private static func hops(of link: String) -> [String] {
    var hops: [String] = []
    var current = link
    while hops.count < 40, let target = linkTarget(current), !target.isEmpty {
      let path = target.hasPrefix("/") ? target : current.parentPath.entry(target)
      guard let next = entryWithoutLinks(path), !hops.contains(next) else { break }
      hops.append(next)
      current = next
    }
    return hops
  }

  /// Returns the target of a link (readlink(2)), or `nil` if `path` is no link.
  private static func linkTarget(_ path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let count = readlink(path, start, buffer.count)
      if count < 0 { return nil }
      return String(decoding: buffer[..<count].lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  /// Returns the path with the links in its directory resolved (realpath(3)), as far as that exists.
  private static func entryWithoutLinks(_ path: String) -> String? {
    var directory = path.withoutEmptyNames
    var names: [String] = []
    repeat {
      names.insert(String(directory.lastName), at: 0)
      directory = directory.parentPath
      if let real = realpath(directory, nil) {
        defer { free(real) }
        return names.reduce(String(cString: real)) { $0.entry($1) }
      }
    } while directory != "/" && names.last != ".."
    return nil
  }
}
