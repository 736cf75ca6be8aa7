/// The symbolic links that are followed, and where they lead. Pure: it does no I/O.
struct LinkTable {
  /// Of each entry that a link leads to, straight or by way of other links: the links.
  private var links: [String: Set<String>] = [:]
  private var hops: [String: [String]] = [:]
  /// Of each directory that links lead to, by device and inode: the links.
  private var leading: [FileIdentity: Set<String>] = [:]

  /// The directories whose entries links lead to.
  private(set) var anchors: Set<String> = []
  /// These, and those on the way to them.
  private(set) var approaches: Set<String> = []

  /// All links.
  var all: [String] { hops.keys.sorted() }

  /// Whether this is a link, as far as is known.
  func contains(_ link: String) -> Bool { hops[link] != nil }

  /// The links that lead to this entry of a directory.
  func leading(to path: String) -> [String] { links[path]?.sorted() ?? [] }

  /// A link leads by way of these entries.
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

  /// There is no such link any more. The anchors stay: others may be there.
  mutating func remove(_ link: String) {
    for hop in hops.removeValue(forKey: link) ?? [] {
      links[hop]?.remove(link)
      if links[hop] == [] { links[hop] = nil }
    }
  }

  /// Whether a link to this directory may be entered: links that lead to each other can make very many ways to a few
  /// directories, of which so many are entered. `isAlive`: whether one that was entered is still there.
  mutating func enter(_ link: String, to directory: FileIdentity, isAlive: (String) -> Bool) -> Bool {
    var ways = leading[directory] ?? []
    if ways.contains(link) { return true }
    if ways.count >= 16 { ways = ways.filter(isAlive) }
    if ways.count >= 16 { return false }
    leading[directory] = ways.union([link])
    return true
  }
}

/// Which file or directory something is, whatever leads to it.
struct FileIdentity: Hashable {
  let device: UInt64
  let inode: UInt64
}
