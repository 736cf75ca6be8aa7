/// A directory in the tree of watched directories, with its known entries.
final class WatchedDirectory {
  /// The name of the directory. Empty for "/".
  let name: String
  /// The parent, or `nil` for "/". It outlives this object unless this directory is gone.
  private unowned(unsafe) let parent: WatchedDirectory?
  /// The directories in this one, in the order of their names.
  private(set) var directories: [WatchedDirectory] = []

  /// The files of interest in this directory.
  var files = FileList()

  /// The watch of the directory. `nil` if it is polled, or if only something below it is watched.
  var watch: Int32?
  /// Another directory of the tree with the same watch, such as the same one under another path.
  var twin: WatchedDirectory?
  /// Whether the directory is polled.
  var isPolled = false
  /// Whether the directory was removed from the tree.
  var isGone = false

  /// The time up to which changes of its files are known, for files without a stamp.
  var knownSince: FileTime
  /// The stamp of the directory when its entries were last read, if it is polled.
  var stamp = FileStamp.none
  /// The time until which the directory is read again even if its stamp is unchanged, because an entry may
  /// have come within the same tick. `nil` if that is over.
  var unsettledUntil: ContinuousClock.Instant?

  /// Creates a directory without entries.
  init(name: String, parent: WatchedDirectory?, at time: FileTime) {
    self.name = name
    self.parent = parent
    knownSince = time
  }

  /// Whether the directory is watched or polled.
  var isKnown: Bool { watch != nil || isPolled }

  /// Records that the entries are read now, while the directory has this stamp.
  func settle(at stamp: FileStamp, now: ContinuousClock.Instant) {
    self.stamp = stamp
    unsettledUntil = now + .seconds(2)
  }

  /// The absolute path.
  var path: String {
    guard let parent else { return "/" }
    return parent.path.entry(name)
  }

  /// Returns the directory of this name in this one, or `nil` if there is none.
  func directory(_ name: some StringProtocol) -> WatchedDirectory? {
    let index = index(of: name)
    return index < directories.count && directories[index].name == name ? directories[index] : nil
  }

  /// Adds a directory that is not there yet.
  func insert(_ name: String, at time: FileTime) -> WatchedDirectory {
    let new = WatchedDirectory(name: name, parent: self, at: time)
    if directories.last.map({ $0.name < name }) ?? true {
      directories.append(new)
    } else {
      directories.insert(new, at: index(of: name))
    }
    return new
  }

  /// Removes the directory from its parent.
  func leave() {
    guard let parent, let index = parent.directories.firstIndex(where: { $0 === self }) else { return }
    parent.directories.remove(at: index)
  }

  /// Returns the index of the first directory that is not before `name`, by binary search.
  private func index(of name: some StringProtocol) -> Int {
    var range = 0..<directories.count
    while let last = range.last {
      let middle = (range.lowerBound + last) / 2
      range = directories[middle].name < name ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
