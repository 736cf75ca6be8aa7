/// A parser for the entries of an index and its link extension (gitformat-index(5)). It checks every number
/// that it reads.
struct GitIndexReader {
  /// The names, without separators.
  private(set) var names: [UInt8] = []
  /// The end of each name in ``names``. An entry of a split index has an empty name if it replaces one of the
  /// shared index.
  private(set) var ends: [Int] = []

  /// The content of the file.
  private let bytes: [UInt8]
  /// The size of an object name, in bytes.
  private let hashSize: Int
  /// The place of the next byte to read.
  private var index = 0

  /// Creates a parser that has read nothing.
  init(_ bytes: [UInt8], hashSize: Int) {
    self.bytes = bytes
    self.hashSize = hashSize
  }

  /// Reads the entries. Throws ``GitIndex/Failure/malformed``.
  mutating func read() throws(GitIndex.Failure) {
    // The file ends with a hash of its content, which is not checked: git renames an index into place when it
    // is complete.
    guard bytes.starts(with: "DIRC".utf8), bytes.count >= 12 + hashSize else { throw .malformed }
    index = 4
    let version = try number()
    let count = Int(try number())
    guard (2...4).contains(version), count <= bytes.count / (42 + hashSize) else { throw .malformed }
    ends.reserveCapacity(count)
    names.reserveCapacity(bytes.count / 2)
    for _ in 0..<count { try readEntry(version) }
  }

  /// Reads one entry.
  private mutating func readEntry(_ version: UInt32) throws(GitIndex.Failure) {
    let start = index
    index += 40 + hashSize  // times, device, inode, mode, owner, size, object name
    guard index + 2 <= bytes.count else { throw .malformed }
    let flags = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    index += flags & 0x4000 == 0 ? 2 : 4
    if index > bytes.count { throw .malformed }
    if version == 4 {
      let dropped = try variableNumber()
      let last = ends.isEmpty ? 0..<0 : range(ends.count - 1)
      guard dropped <= last.count else { throw .malformed }
      // Copies the slice, because appending to ``names`` while a slice of them exists would copy all of them.
      let kept = Array(names[last.dropLast(dropped)])
      names += kept
    }
    // The length in the flags is at most 4095, which stands for any longer one.
    let known = Int(flags & 0xFFF)
    let end: Int
    if version != 4, known < 0xFFF {
      end = index + known
      guard end < bytes.count, bytes[end] == 0 else { throw .malformed }
    } else {
      guard let zero = bytes[index...].firstIndex(of: 0) else { throw .malformed }
      end = zero
    }
    names += bytes[index..<end]
    ends.append(names.count)
    // Entries are padded with one to eight zeros to a multiple of eight bytes, except in version 4.
    index = version == 4 ? end + 1 : start + ((end - start + 8) & ~7)
    if index > bytes.count { throw .malformed }
  }

  /// Returns the range of a name in ``names``.
  private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  private func name(_ index: Int) -> ArraySlice<UInt8> { names[range(index)] }

  /// Reads a big-endian number of four bytes.
  private mutating func number() throws(GitIndex.Failure) -> UInt32 {
    guard index + 4 <= bytes.count else { throw .malformed }
    defer { index += 4 }
    return bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads a number of variable length, as git's `decode_varint` does.
  private mutating func variableNumber() throws(GitIndex.Failure) -> Int {
    var value = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      value |= Int(byte & 0x7F)
      if byte & 0x80 == 0 { return value }
      guard value < 1 << 32 else { break }
      value = (value + 1) << 7
    }
    throw .malformed
  }

  /// The link of a split index to its shared index (extension `link`).
  struct Link {
    /// The hash in the name of the shared index.
    let name: String
    /// The places of the entries of the shared index that are not used.
    let deleted: [Range<Int>]
  }

  /// Reads the extensions after the entries. Returns the link to a shared index, or `nil` if there is none.
  mutating func link() throws(GitIndex.Failure) -> Link? {
    while index + 8 <= bytes.count - hashSize {
      let isLink = bytes[index..<index + 4].elementsEqual("link".utf8)
      index += 4
      let size = Int(try number())
      let end = index + size
      guard end <= bytes.count - hashSize else { throw .malformed }
      if isLink {
        guard size >= hashSize else { throw .malformed }
        let hash = bytes[index..<index + hashSize]
        if hash.allSatisfy({ $0 == 0 }) { return nil }
        index += hashSize
        return Link(name: hash.hexadecimal, deleted: try bitmap(upTo: end))
      }
      index = end
    }
    return nil
  }

  /// Reads a compressed bitmap (git's `ewah`), and returns the places of its bits in ascending order.
  private mutating func bitmap(upTo end: Int) throws(GitIndex.Failure) -> [Range<Int>] {
    if index == end { return [] }
    let bits = Int(try number())
    var words = Int(try number())
    guard words <= (end - index) / 8 else { throw .malformed }
    var found: [Range<Int>] = []
    var place = 0
    while words > 0 {
      let marker = try word()
      let run = Int(marker >> 1 & 0xFFFF_FFFF) * 64
      let literals = Int(marker >> 33)
      words -= 1 + literals
      guard words >= 0, place + run < bits + 64 else { throw .malformed }
      if marker & 1 == 1 { found.append(place..<place + run) }
      place += run
      for _ in 0..<literals {
        var rest = try word()
        while rest != 0 {
          let bit = place + rest.trailingZeroBitCount
          found.append(bit..<bit + 1)
          rest &= rest - 1
        }
        place += 64
      }
    }
    return found
  }

  /// Reads a big-endian number of eight bytes.
  private mutating func word() throws(GitIndex.Failure) -> UInt64 {
    let high = UInt64(try number())
    return high << 32 | UInt64(try number())
  }

  /// Returns this shared index without the entries in `deleted` and with the names of `split`, sorted.
  func joined(with split: GitIndexReader, without deleted: [Range<Int>]) -> GitIndexReader {
    var all: [ArraySlice<UInt8>] = []
    var kept = 0
    for range in deleted + [ends.count..<ends.count] where range.lowerBound <= ends.count {
      all += (kept..<max(kept, range.lowerBound)).map(name)
      kept = range.upperBound
    }
    all += split.ends.indices.map(split.name).filter { !$0.isEmpty }
    all.sort { $0.lexicographicallyPrecedes($1) }
    var joined = GitIndexReader([], hashSize: hashSize)
    for name in all {
      joined.names += name
      joined.ends.append(joined.names.count)
    }
    return joined
  }
}

extension ArraySlice<UInt8> {
  fileprivate var hexadecimal: String {
    map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
