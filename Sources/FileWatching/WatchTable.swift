/// Which watch stands for which directory, and what is known of the files in it. Pure: it does no I/O.
struct WatchTable {
  /// A watched directory.
  private struct Directory {
    let watch: Int32
    var files: [String: FileStamp] = [:]
    var directories: Set<String> = []
  }

  private var directories: [String: Directory] = [:]

  /// A watch belongs to a directory, not to a path. Usually there is one path. There are several if roots were
  /// given that reach the same directory through links, and while a directory that was moved has been met at
  /// its new path and not yet been heard to have left the old one.
  private var paths: [Int32: [String]] = [:]

  /// All watches in use.
  var watches: Set<Int32> { Set(paths.keys) }

  /// The watch of the directory at `path`.
  func watch(at path: String) -> Int32? { directories[path]?.watch }

  /// The paths of the directory with this watch; none if the watch is not, or no longer, ours.
  func paths(of watch: Int32) -> [String] { paths[watch] ?? [] }

  /// Enters a directory that is not in the table.
  mutating func insert(_ path: String, watch: Int32) {
    directories[path] = Directory(watch: watch)
    paths[watch, default: []].append(path)
    if path != "/" { directories[path.parentPath]?.directories.insert(String(path.lastName)) }
  }

  /// Takes a directory and all in it out of the table.
  ///
  /// - Returns: the files that were known there, and the watches that stand for nothing any more.
  mutating func remove(_ path: String) -> (files: [String], watches: [Int32]) {
    directories[path.parentPath]?.directories.remove(String(path.lastName))
    var files: [String] = []
    var watches: [Int32] = []
    var remaining = [path]
    while let current = remaining.popLast() {
      guard let directory = directories.removeValue(forKey: current) else { continue }
      files += directory.files.keys.sorted().map(current.entry)
      remaining += directory.directories.sorted(by: >).map(current.entry)
      paths[directory.watch]?.removeAll { $0 == current }
      if paths[directory.watch] == [] {
        paths[directory.watch] = nil
        watches.append(directory.watch)
      }
    }
    return (files, watches)
  }

  /// What is known of the file `name` in `directory`; nil: that there is none.
  subscript(name: String, in directory: String) -> FileStamp? {
    get { directories[directory]?.files[name] }
    set { directories[directory]?.files[name] = newValue }
  }

  /// All files that are known.
  var files: [String] {
    directories.flatMap { path, directory in directory.files.keys.map(path.entry) }
  }

  /// The files, sorted, that this table and `other` do not know with the same stamp.
  func differences(from other: WatchTable) -> [String] {
    Set(directories.keys).union(other.directories.keys).sorted().flatMap { path -> [String] in
      let ours = directories[path]?.files ?? [:]
      let theirs = other.directories[path]?.files ?? [:]
      if ours == theirs { return [] }
      return Set(ours.keys).union(theirs.keys).filter { ours[$0] != theirs[$0] }.sorted().map(path.entry)
    }
  }
}
