/// The notices for the user. Each is returned once.
struct Notices {
  /// The notices that were not taken yet.
  private var waiting: [WatchNotice] = []
  /// The kinds of file systems that were reported.
  private var fileSystems: Set<String> = []
  /// The limit of watches, if it was reached.
  private var limit: InotifyLimit?
  /// Whether the limit was reported.
  private var hasToldLimit = false

  /// Adds a notice.
  mutating func add(_ notice: WatchNotice) { waiting.append(notice) }

  /// Adds a notice about a directory on a file system of this kind, once for each kind.
  mutating func met(fileSystem: String, at path: String) {
    if fileSystems.insert(fileSystem).inserted { add(.silent(fileSystem: fileSystem, path: path)) }
  }

  /// Records that the limit of watches was reached.
  mutating func metWatchLimit() {
    if limit == nil { limit = .watches() }
  }

  /// Returns the notices. The notice about the limit is made only now, because it has the number of
  /// directories.
  mutating func take(from table: WatchTable) -> [WatchNotice] {
    if let limit, !hasToldLimit {
      add(.watchLimit(limit, watched: table.watches.count, polled: table.polled.count))
      hasToldLimit = true
    }
    defer { waiting = [] }
    return waiting
  }
}
