/// A directory in the tree of those that are watched, and what is known of what it holds.
final class WatchedDirectory {
  let name: String
  /// Nil for "/". Outlives this object, but for one that is gone.
  private unowned(unsafe) let parent: WatchedDirectory?
  /// In the order of their names.
  private(set) var directories: [WatchedDirectory] = []

  var files = FileList()

  /// The watch that tells what happens here; nil where nothing tells, or where only something below is watched.
  var watch: Int32?
  /// Another directory of the tree with the same watch: the same one, reached through a link.
  var twin: WatchedDirectory?
  /// Whether it must be looked at time and again.
  var isPolled = false
  /// It is not in the tree any more.
  var isGone = false

  /// Changes of its files that are not younger are known. For files without a stamp.
  var knownSince = FileTime.now
  /// As it was when its entries were read last, if it is polled.
  var stamp = FileStamp.none
  /// Until then it is read again though its stamp is the same: an entry may have come within the same tick.
  var unsettledUntil: ContinuousClock.Instant?

  init(name: String, parent: WatchedDirectory?) {
    self.name = name
    self.parent = parent
  }

  /// Whether something tells what happens here, or it is looked at.
  var isKnown: Bool { watch != nil || isPolled }

  /// Its entries are being read, while it is like this.
  func settle(at stamp: FileStamp) {
    self.stamp = stamp
    unsettledUntil = .now + .seconds(2)
  }

  /// From the root on.
  var path: String {
    guard let parent else { return "/" }
    return parent.path.entry(name)
  }

  /// The directory of this name in it.
  func directory(_ name: some StringProtocol) -> WatchedDirectory? {
    let index = index(of: name)
    return index < directories.count && directories[index].name == name ? directories[index] : nil
  }

  /// Adds a directory that it does not have.
  func insert(_ name: String) -> WatchedDirectory {
    let new = WatchedDirectory(name: name, parent: self)
    if directories.last.map({ $0.name < name }) ?? true {
      directories.append(new)
    } else {
      directories.insert(new, at: index(of: name))
    }
    return new
  }

  /// Takes it out of the tree.
  func leave() {
    guard let parent, let index = parent.directories.firstIndex(where: { $0 === self }) else { return }
    parent.directories.remove(at: index)
  }

  /// The first that is not before `name`.
  private func index(of name: some StringProtocol) -> Int {
    var range = 0..<directories.count
    while let last = range.last {
      let middle = (range.lowerBound + last) / 2
      range = directories[middle].name < name ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
