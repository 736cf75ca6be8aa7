/// The symbolic links that are followed, and the entries to which they lead. Pure: it does no I/O.
struct LinkTable {
  /// The links that lead to an entry, directly or through other links, by the path of the entry.
  private var links: [String: Set<String>] = [:]
  /// The entries on the way of each link, by the path of the link.
  private var hops: [String: [String]] = [:]
  /// The links that lead to a directory, by its device and inode.
  private var leading: [FileIdentity: Set<String>] = [:]

  /// The directories of the entries to which links lead.
  private(set) var anchors: Set<String> = []
  /// The anchors and all directories on the way to them.
  private(set) var approaches: Set<String> = []

  /// All links, sorted.
  var all: [String] { hops.keys.sorted() }

  /// Returns whether this is a known link.
  func contains(_ link: String) -> Bool { hops[link] != nil }

  /// Returns the links that lead to this entry, sorted.
  func leading(to path: String) -> [String] { links[path]?.sorted() ?? [] }

  /// Records the entries to which a link leads, one after the other.
  mutating func set(_ link: String, _ hops: [String]) {
    remove(link)
    self.hops[link] = hops
    for hop in hops {
      links[hop, default: []].insert(link)
      if anchors.insert(hop.parentPath).inserted {
        approaches.formUnion(hop.parentPath.ancestors + [hop.parentPath])
      }
    }
  }

  /// Removes a link. Its anchors stay, because other links may need them.
  mutating func remove(_ link: String) {
    for hop in hops.removeValue(forKey: link) ?? [] {
      links[hop]?.remove(link)
      if links[hop] == [] { links[hop] = nil }
    }
  }

  /// Returns whether a link to this directory may be entered. At most 16 links to one directory are, because
  /// links that lead to each other can make very many paths to a few directories.
  ///
  /// - Parameter isAlive: Returns whether a link that was entered still exists.
  mutating func enter(_ link: String, to directory: FileIdentity, isAlive: (String) -> Bool) -> Bool {
    var ways = leading[directory] ?? []
    if ways.contains(link) { return true }
    if ways.count >= 16 { ways = ways.filter(isAlive) }
    if ways.count >= 16 { return false }
    leading[directory] = ways.union([link])
    return true
  }
}

/// The device and inode of a file or directory, which identify it under any path.
struct FileIdentity: Hashable {
  /// The device (`st_dev`).
  let device: UInt64
  /// The inode (`st_ino`).
  let inode: UInt64
}
