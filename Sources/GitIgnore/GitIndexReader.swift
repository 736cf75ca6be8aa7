/// Reads the names of an index. Every number in it may be wrong.
struct GitIndexReader {
  /// One after the other.
  private(set) var names: [UInt8] = []
  /// Where each of them ends; an entry of a split index has no name if it stands for one of the shared index.
  private(set) var ends: [Int] = []

  private let bytes: [UInt8]
  private let hashSize: Int
  private var index = 0

  init(_ bytes: [UInt8], hashSize: Int) {
    self.bytes = bytes
    self.hashSize = hashSize
  }

  /// Reads the entries.
  mutating func read() throws(GitIndex.Failure) {
    // The last hash is that of the file. What it covers was written by git, and renamed when it was complete.
    guard bytes.starts(with: "DIRC".utf8), bytes.count >= 12 + hashSize else { throw .malformed }
    index = 4
    let version = try number()
    let count = Int(try number())
    guard (2...4).contains(version), count <= bytes.count / (42 + hashSize) else { throw .malformed }
    ends.reserveCapacity(count)
    names.reserveCapacity(bytes.count / 2)
    for _ in 0..<count { try readEntry(version) }
  }

  private mutating func readEntry(_ version: UInt32) throws(GitIndex.Failure) {
    let start = index
    index += 40 + hashSize  // times, numbers, mode, owner, size, object
    guard index + 2 <= bytes.count else { throw .malformed }
    let flags = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    index += flags & 0x4000 == 0 ? 2 : 4
    if index > bytes.count { throw .malformed }
    if version == 4 {
      let dropped = try variableNumber()
      let last = ends.isEmpty ? 0..<0 : range(ends.count - 1)
      guard dropped <= last.count else { throw .malformed }
      // A slice that is still there when the names grow would have all of them copied.
      let kept = Array(names[last.dropLast(dropped)])
      names += kept
    }
    // The size in the flags ends at 4095.
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
    // But in version 4, entries are as long as a multiple of eight says, with one to eight zeros.
    index = version == 4 ? end + 1 : start + ((end - start + 8) & ~7)
    if index > bytes.count { throw .malformed }
  }

  private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  private func name(_ index: Int) -> ArraySlice<UInt8> { names[range(index)] }

  private mutating func number() throws(GitIndex.Failure) -> UInt32 {
    guard index + 4 <= bytes.count else { throw .malformed }
    defer { index += 4 }
    return bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// As `decode_varint` of git reads one.
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

  /// The rest of a split index: what is in the index of this name, but for its entries at these places.
  struct Link {
    let name: String
    let deleted: [Range<Int>]
  }

  /// What the extensions after the entries say of a shared index.
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

  /// The places of the bits of a compressed bitmap (git's `ewah`), in their order.
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

  private mutating func word() throws(GitIndex.Failure) -> UInt64 {
    let high = UInt64(try number())
    return high << 32 | UInt64(try number())
  }

  /// The entries of a shared index with those of the index that goes on in it.
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
