/// Files that were reported as gone; and, where nothing tells that a directory comes and goes, those that were reported
/// lately.
///
/// What comes and goes between two looks at the disk is not worth a report: it is some program's temporary file.
/// But whoever was told that a file is gone goes and looks, maybe a moment later, when it is there again. If it
/// vanishes before the watcher has looked, too, that must be reported, though the watcher saw no change. So must a
/// file that was not there when somebody went and looked, for its directory was away for a moment.
struct GonePaths {
  /// So that a program that makes and deletes files with ever new names does not fill the memory.
  private static let capacity = 16_384

  private var paths: Set<String> = []
  private var disturbed: Set<String> = []
  /// Reported since the last look at everything began, and since the one before.
  private var recent: (new: Set<String>, old: Set<String>) = ([], [])

  func contains(_ path: String) -> Bool { paths.contains(path) }

  /// Enters, or strikes out, a path that is being reported.
  mutating func note(_ path: String, isGone: Bool) {
    if !isGone {
      paths.remove(path)
    } else if paths.count < Self.capacity {
      paths.insert(path)
    }
  }

  /// Enters a path that is being reported, and was looked at and not told of.
  mutating func noteRecent(_ path: String) { recent.new.insert(path) }

  /// A look at everything begins: what was reported before the last one has been seen since then.
  mutating func lookBegins() { recent = ([], recent.new) }

  /// Forgets the paths that are of no interest any more.
  mutating func keep(where isOfInterest: (String) -> Bool) {
    paths = paths.filter(isOfInterest)
    recent = (recent.new.filter(isOfInterest), recent.old.filter(isOfInterest))
  }

  /// A directory has come, gone or moved, and with it, unseen, maybe any file below it.
  mutating func disturb(_ directory: String) {
    if !(paths.isEmpty && recent.new.isEmpty && recent.old.isEmpty) { disturbed.insert(directory) }
  }

  /// The paths, sorted, below the directories that were disturbed since the last call.
  mutating func takeDisturbed() -> [String] {
    if disturbed.isEmpty { return [] }
    defer { disturbed = [] }
    return paths.union(recent.new).union(recent.old).filter { path in
      var directory = path.parentPath
      while directory != "/" {
        if disturbed.contains(directory) { return true }
        directory = directory.parentPath
      }
      return false
    }.sorted()
  }
}
