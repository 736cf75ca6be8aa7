/// What the user should know: each thing is told once.
struct Notices {
  private var waiting: [WatchNotice] = []
  private var fileSystems: Set<String> = []
  private var limit: InotifyLimit?
  private var hasToldLimit = false

  mutating func add(_ notice: WatchNotice) { waiting.append(notice) }

  /// A directory was met on a file system of this kind.
  mutating func met(fileSystem: String, at path: String) {
    if fileSystems.insert(fileSystem).inserted { add(.silent(fileSystem: fileSystem, path: path)) }
  }

  /// A watch was refused.
  mutating func metWatchLimit() {
    if limit == nil { limit = .watches() }
  }

  /// Hands everything over. How many directories a limit concerns is known only afterwards.
  mutating func take(from table: WatchTable) -> [WatchNotice] {
    if let limit, !hasToldLimit {
      add(.watchLimit(limit, watched: table.watches.count, polled: table.polled.count))
      hasToldLimit = true
    }
    defer { waiting = [] }
    return waiting
  }
}
