/// Which watch stands for which directory, and what is known of the files in it. Pure: it does no I/O.
struct WatchTable {
  private let root = WatchedDirectory(name: "", parent: nil)

  /// A watch belongs to a directory, not to a path. Usually there is one path. There are several if links lead to the
  /// directory, and while one that was moved has been met at its new path and not yet been heard to have left the old
  /// one: twins.
  private var first: [Int32: WatchedDirectory] = [:]

  /// Those that are looked at time and again, and maybe some that are gone.
  private(set) var polled: [WatchedDirectory] = []

  /// All watches in use.
  var watches: Set<Int32> { Set(first.keys) }

  /// The directory at `path`, if it or something below it is known.
  func directory(at path: String) -> WatchedDirectory? {
    var current = root
    for name in path.split(separator: "/") {
      guard let next = current.directory(name) else { return nil }
      current = next
    }
    return current
  }

  /// The directories with this watch; none if the watch is not, or no longer, ours.
  func directories(of watch: Int32) -> [WatchedDirectory] {
    var found: [WatchedDirectory] = []
    var next = first[watch]
    while let directory = next {
      found.append(directory)
      next = directory.twin
    }
    return found
  }

  /// The directory at `path`, which is entered, without a watch, if it is not in the table.
  func insert(_ path: String) -> WatchedDirectory {
    var current = root
    for name in path.split(separator: "/") {
      current = current.directory(name) ?? current.insert(String(name))
    }
    return current
  }

  /// Lets a watch stand for a directory that has none.
  mutating func set(_ watch: Int32, of directory: WatchedDirectory) {
    directory.watch = watch
    directory.twin = first.updateValue(directory, forKey: watch)
  }

  /// Has a directory looked at from now on.
  mutating func poll(_ directory: WatchedDirectory) {
    if directory.isPolled { return }
    directory.isPolled = true
    polled.append(directory)
  }

  /// Forgets those that are gone.
  mutating func sweepPolled() { polled.removeAll { $0.isGone || !$0.isPolled } }

  /// Takes a directory and all in it out of the table. One that is not known itself stays, with what is below.
  ///
  /// - Returns: the files that were known there, and the watches that stand for nothing any more.
  mutating func remove(_ path: String) -> (files: [String], watches: [Int32]) {
    guard let directory = directory(at: path), directory.isKnown else { return ([], []) }
    if directory !== root { directory.leave() }
    var files: [String] = []
    var watches: [Int32] = []
    take(directory, path, &files, &watches)
    return (files, watches)
  }

  private mutating func take(
    _ directory: WatchedDirectory, _ path: String, _ files: inout [String], _ watches: inout [Int32]
  ) {
    directory.isGone = true
    files += directory.files.sorted.map(path.entry)
    if let watch = directory.watch, clear(watch, of: directory) { watches.append(watch) }
    for inner in directory.directories { take(inner, path.entry(inner.name), &files, &watches) }
  }

  /// Whether nobody else has the watch.
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

  /// What is known of the file at `path`; nil: that there is none.
  subscript(path: String) -> FileStamp? { directory(at: path.parentPath)?.files[String(path.lastName)] }

  /// All files that are known.
  var files: [String] {
    var found: [String] = []
    collect(root, "/", &found)
    return found
  }

  private func collect(_ directory: WatchedDirectory, _ path: String, _ files: inout [String]) {
    directory.files.forEach { name, _ in files.append(path.entry(String(decoding: name, as: UTF8.self))) }
    for inner in directory.directories { collect(inner, path.entry(inner.name), &files) }
  }
}
