/// The files that were reported as gone and, where no events report that a directory comes and goes, all
/// files that were reported recently.
///
/// A file that is created and deleted between two looks at the disk is some program's temporary file and is
/// not reported. A file that was reported as gone is different. The receiver may look later, when the file
/// exists again. If the file vanishes once more before the watcher looks, that must be reported although the
/// watcher saw no change. The same holds for a file that the receiver did not find because its directory was
/// away for a moment.
struct ReportedPaths {
  /// The maximum number of files, so that a program that creates and deletes files with ever new names does
  /// not fill the memory.
  private static let capacity = 16_384

  /// The files that were reported as gone.
  private var paths: Set<String> = []
  /// The directories that have come, gone or moved since the last call of ``takeDisturbed()``.
  private var disturbed: Set<String> = []
  /// The files that were reported since the last look at everything began, and since the one before.
  private var recent: (new: Set<String>, old: Set<String>) = ([], [])

  /// Returns whether the file was reported as gone.
  func contains(_ path: String) -> Bool { paths.contains(path) }

  /// Records that a file is reported, as gone or not.
  mutating func note(_ path: String, isGone: Bool) {
    if !isGone {
      paths.remove(path)
    } else if paths.count < Self.capacity {
      paths.insert(path)
    }
  }

  /// Records that a file is reported whose directory is polled.
  mutating func noteRecent(_ path: String) { recent.new.insert(path) }

  /// Records that a look at everything begins. Files that were reported before the last one have been seen
  /// since.
  mutating func lookBegins() { recent = ([], recent.new) }

  /// Keeps only the files that are still of interest.
  mutating func keep(where isOfInterest: (String) -> Bool) {
    paths = paths.filter(isOfInterest)
    recent = (recent.new.filter(isOfInterest), recent.old.filter(isOfInterest))
  }

  /// Records that a directory has come, gone or moved, which any file below it may have done without an
  /// event.
  mutating func disturb(_ directory: String) {
    if !(paths.isEmpty && recent.new.isEmpty && recent.old.isEmpty) { disturbed.insert(directory) }
  }

  /// Returns the files, sorted, below the directories that were disturbed since the last call.
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
