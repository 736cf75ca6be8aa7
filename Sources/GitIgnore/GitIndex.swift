/// The names of all files that git tracks, as its index has them (gitformat-index(5), versions 2 to 4).
package struct GitIndex: Sendable {
  /// Why a file of an index cannot be used.
  package enum Failure: Error {
    /// It is none, or not one that is understood.
    case malformed
    /// It goes on in `sharedindex.<name>`, which is not there.
    case missing(String)
  }

  /// Relative to the working tree, one after the other, in the order of their bytes.
  private let names: [UInt8]
  /// Where each of them ends.
  private let ends: [Int]

  /// Reads an index. `hashSize` is 20 for SHA-1, and 32 for SHA-256; `shared` reads the file of this name beside it.
  package init(_ bytes: [UInt8], hashSize: Int = 20, shared: (String) -> [UInt8]? = { _ in nil })
    throws(Failure)
  {
    var reader = GitIndexReader(bytes, hashSize: hashSize)
    try reader.read()
    guard let link = try reader.link() else {
      self.init(reader)
      return
    }
    guard let base = shared("sharedindex." + link.name) else { throw .missing(link.name) }
    var other = GitIndexReader(base, hashSize: hashSize)
    try other.read()
    self.init(other.joined(with: reader, without: link.deleted))
  }

  /// An index of these files.
  package init(of paths: [String]) {
    let all = paths.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    names = Array(all.joined())
    var end = 0
    ends = all.map { name in
      end += name.count
      return end
    }
  }

  private init(_ reader: GitIndexReader) { (names, ends) = (reader.names, reader.ends) }

  /// How many there are.
  package var count: Int { ends.count }

  /// Whether this file, or this submodule, is one of them.
  package func contains(_ path: ArraySlice<UInt8>) -> Bool {
    let index = firstIndex(notBefore: path)
    return index < ends.count && name(index).elementsEqual(path)
  }

  /// Whether one of them is in a directory.
  package func containsFile(in directory: ArraySlice<UInt8>) -> Bool {
    let start = directory + [UInt8(ascii: "/")]
    let index = firstIndex(notBefore: start)
    return index < ends.count && name(index).starts(with: start)
  }

  /// The names that only one of the two has.
  package func difference(from other: GitIndex) -> [ArraySlice<UInt8>] {
    if names == other.names, ends == other.ends { return [] }
    var found: [ArraySlice<UInt8>] = []
    var (own, others) = (0, 0)
    while own < ends.count || others < other.ends.count {
      let a = own < ends.count ? name(own) : nil
      let b = others < other.ends.count ? other.name(others) : nil
      if let a, let b, a.elementsEqual(b) {
        own += 1
        others += 1
      } else if let a, b.map({ a.lexicographicallyPrecedes($0) }) ?? true {
        found.append(a)
        own += 1
      } else if let b {
        found.append(b)
        others += 1
      }
    }
    return found
  }

  private func name(_ index: Int) -> ArraySlice<UInt8> {
    names[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  private func firstIndex(notBefore path: ArraySlice<UInt8>) -> Int {
    var range = 0..<ends.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        name(middle).lexicographicallyPrecedes(path)
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
