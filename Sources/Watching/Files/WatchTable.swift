/// The directories with their watches, and the files that are known in them. Pure: it does no I/O, and the time is
/// passed in.
struct WatchTable {
  /// The directory "/".
  private let root: WatchedDirectory

  /// The first directory of each watch. Further ones follow through ``WatchedDirectory/twin``.
  ///
  /// A watch belongs to a directory and not to a path. A directory has several paths if links lead to it, and
  /// also after a move that was noticed at the new path and not yet at the old one.
  private var first: [Int32: WatchedDirectory] = [:]

  /// The polled directories, which may include some that are gone.
  private(set) var polled: [WatchedDirectory] = []

  /// Creates a table with no directory except "/".
  init(at time: FileTime) { root = WatchedDirectory(name: "", parent: nil, at: time) }

  /// All watches in use.
  var watches: Set<Int32> { Set(first.keys) }

  /// Returns the directory at `path`, or `nil` if neither it nor something below it is in the table.
  func directory(at path: String) -> WatchedDirectory? {
    var current = root
    for name in path.split(separator: "/") {
      guard let next = current.directory(name) else { return nil }
      current = next
    }
    return current
  }

  /// Returns the directories with this watch. Empty if the watch is not in use.
  func directories(of watch: Int32) -> [WatchedDirectory] {
    var found: [WatchedDirectory] = []
    var next = first[watch]
    while let directory = next {
      found.append(directory)
      next = directory.twin
    }
    return found
  }

  /// Returns the directory at `path`, which is added without a watch if necessary.
  func insert(_ path: String, at time: FileTime) -> WatchedDirectory {
    var current = root
    for name in path.split(separator: "/") {
      current = current.directory(name) ?? current.insert(String(name), at: time)
    }
    return current
  }

  /// Sets the watch of a directory that has none.
  mutating func set(_ watch: Int32, of directory: WatchedDirectory) {
    directory.watch = watch
    directory.twin = first.updateValue(directory, forKey: watch)
  }

  /// Makes a directory polled.
  mutating func poll(_ directory: WatchedDirectory) {
    if directory.isPolled { return }
    directory.isPolled = true
    polled.append(directory)
  }

  /// Removes the polled directories that are gone.
  mutating func sweepPolled() { polled.removeAll { $0.isGone || !$0.isPolled } }

  /// Removes a directory and everything below it. Does nothing for a directory that is neither watched nor
  /// polled.
  ///
  /// - Returns: The files that were known there, and the watches that are no longer used.
  mutating func remove(_ path: String) -> (files: [String], watches: [Int32]) {
    guard let directory = directory(at: path), directory.isKnown else { return ([], []) }
    if directory !== root { directory.leave() }
    var files: [String] = []
    var watches: [Int32] = []
    take(directory, path, &files, &watches)
    return (files, watches)
  }

  /// Collects the files and watches of a directory that is being removed, and of everything below it.
  private mutating func take(
    _ directory: WatchedDirectory, _ path: String, _ files: inout [String], _ watches: inout [Int32]
  ) {
    directory.isGone = true
    files += directory.files.sorted.map(path.entry)
    if let watch = directory.watch, clear(watch, of: directory) { watches.append(watch) }
    for inner in directory.directories { take(inner, path.entry(inner.name), &files, &watches) }
  }

  /// Removes the watch from a directory. Returns whether no other directory has it.
  private mutating func clear(_ watch: Int32, of directory: WatchedDirectory) -> Bool {
    if first[watch] === directory {
      first[watch] = directory.twin
    } else {
      var other = first[watch]
      while let next = other, next.twin !== directory { other = next.twin }
      other?.twin = directory.twin
    }
    directory.twin = nil
    directory.watch = nil
    return first[watch] == nil
  }

  /// The stamp of the file at `path`, or `nil` if it is not known.
  subscript(path: String) -> FileStamp? { directory(at: path.parentPath)?.files[String(path.lastName)] }

  /// All files that are known.
  var files: [String] {
    var found: [String] = []
    collect(root, "/", &found)
    return found
  }

  /// Collects the files of a directory and of everything below it.
  private func collect(_ directory: WatchedDirectory, _ path: String, _ files: inout [String]) {
    directory.files.forEach { name, _ in files.append(path.entry(String(decoding: name, as: UTF8.self))) }
    for inner in directory.directories { collect(inner, path.entry(inner.name), &files) }
  }
}
