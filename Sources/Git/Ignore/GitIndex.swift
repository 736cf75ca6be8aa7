/// The names of all files that git tracks, from its index (gitformat-index(5), versions 2 to 4).
package struct GitIndex: Sendable {
  /// The reason why the file of an index cannot be used.
  package enum Failure: Error {
    /// The file is no index, or is of an unknown version.
    case malformed
    /// The index is split, and its shared index `sharedindex.<name>` cannot be read.
    case missing(String)
  }

  /// The names, relative to the working tree, without separators, sorted by their bytes.
  private let names: [UInt8]
  /// The end of each name in ``names``.
  private let ends: [Int]

  /// Parses an index. Throws ``Failure``.
  ///
  /// - Parameters:
  ///   - hashSize: The size of an object name in bytes, 20 for SHA-1 and 32 for SHA-256.
  ///   - shared: Returns the content of the file of this name beside the index, or `nil` if there is none.
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

  /// Creates an index of these files.
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

  /// The number of names.
  package var count: Int { ends.count }

  /// Returns whether git tracks this file, or this directory as a submodule.
  package func contains(_ path: ArraySlice<UInt8>) -> Bool {
    let index = firstIndex(notBefore: path)
    return index < ends.count && name(index).elementsEqual(path)
  }

  /// Returns whether git tracks a file in this directory or below it.
  package func containsFile(in directory: ArraySlice<UInt8>) -> Bool {
    let start = directory + [UInt8(ascii: "/")]
    let index = firstIndex(notBefore: start)
    return index < ends.count && name(index).starts(with: start)
  }

  /// Returns the names that only one of the two indexes has.
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

  /// Returns the name at a place of the index.
  private func name(_ index: Int) -> ArraySlice<UInt8> {
    names[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// Returns the place of the first name that does not sort before `path`, by binary search.
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
