/// Reads records from an LLVM bitstream, the container of the compiler's binary files
/// (https://llvm.org/docs/BitCodeFormat.html). It supports files that consist of one flat block of records.
struct Bitstream {
  /// A record: its code, its operands, and the byte range of its blob, which is empty if it has none.
  struct Record {
    /// The code that tells the type of the record.
    var code: UInt64 = 0
    /// The operands that are numbers or array elements.
    var numbers: [UInt64] = []
    /// The byte range of the blob in the stream.
    var blob: Range<Int> = 0..<0
  }

  /// The stream ends too early, or has a structure that is not supported.
  struct Malformed: Error {}

  /// The encoding of an operand in an abbreviation (DEFINE_ABBREV).
  private enum Operand {
    /// A constant, which takes no bits.
    case literal(UInt64)
    /// An integer of this number of bits.
    case fixed(Int)
    /// A variable bit rate integer with chunks of this number of bits.
    case variable(Int)
    case array, character, blob
  }

  private let bytes: [UInt8]
  /// The position in bits.
  private var position: Int
  /// The length of the stream in bits.
  private let end: Int

  /// Creates a reader that starts after the magic number of four bytes.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 32
    end = bytes.count * 8
  }

  /// Calls `take` with each record of the top-level blocks with this identifier. Throws ``Malformed``, and
  /// what `take` throws.
  mutating func readRecords(ofBlock wanted: UInt64, _ take: (Record) throws -> Void) throws {
    while end - position >= 32 {
      guard try fixed(2) == 1 else { throw Malformed() }  // ENTER_SUBBLOCK
      let block = try variable(8)
      let width = try variable(4)
      try align()
      let length = Int(try fixed(32)) * 32
      guard length <= end - position, (2...32).contains(width) else { throw Malformed() }
      if block == wanted {
        try readBlock(abbreviationWidth: Int(width), take)
      } else {
        position += length
      }
    }
  }

  /// Returns whether there is a top-level block with this identifier. Throws ``Malformed``.
  mutating func containsBlock(_ wanted: UInt64) throws -> Bool {
    while end - position >= 32 {
      guard try fixed(2) == 1 else { throw Malformed() }
      let block = try variable(8)
      _ = try variable(4)
      try align()
      let length = Int(try fixed(32)) * 32
      guard length <= end - position else { throw Malformed() }
      if block == wanted { return true }
      position += length
    }
    return false
  }

  /// Reads the records of a block, up to its END_BLOCK.
  private mutating func readBlock(abbreviationWidth: Int, _ take: (Record) throws -> Void) throws {
    var abbreviations: [[Operand]] = []
    var record = Record()
    while true {
      switch try fixed(abbreviationWidth) {
      case 0: return try align()  // END_BLOCK
      case 1: throw Malformed()  // nested blocks are not supported
      case 2: abbreviations.append(try abbreviation())  // DEFINE_ABBREV
      case 3:  // UNABBREV_RECORD
        record.code = try variable(6)
        record.blob = 0..<0
        record.numbers.removeAll(keepingCapacity: true)
        for _ in 0..<(try count(variable(6))) { record.numbers.append(try variable(6)) }
        try take(record)
      case let number:
        guard number - 4 < abbreviations.count else { throw Malformed() }
        try read(&record, by: abbreviations[Int(number - 4)])
        try take(record)
      }
    }
  }

  /// Reads the definition of an abbreviation.
  private mutating func abbreviation() throws -> [Operand] {
    var operands: [Operand] = []
    for _ in 0..<(try count(variable(5))) {
      if try fixed(1) == 1 {
        operands.append(.literal(try variable(8)))
        continue
      }
      switch try fixed(3) {
      case 1: operands.append(.fixed(try width()))
      case 2: operands.append(.variable(try width()))
      case 3: operands.append(.array)
      case 4: operands.append(.character)
      case 5: operands.append(.blob)
      default: throw Malformed()
      }
    }
    return operands
  }

  /// Reads a record that is encoded with an abbreviation.
  private mutating func read(_ record: inout Record, by operands: [Operand]) throws {
    record.blob = 0..<0
    record.numbers.removeAll(keepingCapacity: true)
    var index = 0
    while index < operands.count {
      switch operands[index] {
      case .array:
        guard index + 1 < operands.count else { throw Malformed() }
        for _ in 0..<(try count(variable(6))) { record.numbers.append(try scalar(operands[index + 1])) }
        index += 1
      case .blob:
        let length = try count(variable(6))
        try align()
        guard length <= (end - position) / 8 else { throw Malformed() }
        record.blob = position / 8..<position / 8 + length
        position += length * 8
        try align()
      case let operand: record.numbers.append(try scalar(operand))
      }
      index += 1
    }
    guard let code = record.numbers.first else { throw Malformed() }
    record.code = code
    record.numbers.removeFirst()
  }

  /// Reads one operand that is a number.
  private mutating func scalar(_ operand: Operand) throws -> UInt64 {
    switch operand {
    case .literal(let value): value
    case .fixed(let width): try fixed(width)
    case .variable(let width): try variable(width)
    case .character: try fixed(6)
    case .array, .blob: throw Malformed()
    }
  }

  /// Reads the width of an operand in bits, which must be 1 to 64. An operand without bits could be repeated
  /// without end.
  private mutating func width() throws -> Int {
    let width = try variable(5)
    guard (1...64).contains(width) else { throw Malformed() }
    return Int(width)
  }

  /// Converts a count of elements. It cannot be larger than the number of bits that are left.
  private func count(_ value: UInt64) throws -> Int {
    guard value <= UInt64(end - position) else { throw Malformed() }
    return Int(value)
  }

  /// Skips to the next multiple of 32 bits.
  private mutating func align() throws {
    position = (position + 31) & ~31
    if position > end { throw Malformed() }
  }

  /// Reads an integer of `width` bits, the lowest bit first.
  private mutating func fixed(_ width: Int) throws -> UInt64 {
    guard width <= end - position else { throw Malformed() }
    var value: UInt64 = 0
    var taken = 0
    while taken < width {
      let offset = position & 7
      let part = min(8 - offset, width - taken)
      value |= UInt64((bytes[position >> 3] >> offset) & UInt8(truncatingIfNeeded: (1 << part) - 1)) << taken
      taken += part
      position += part
    }
    return value
  }

  /// Reads a variable bit rate integer. It consists of chunks of `width` bits, and the highest bit of a chunk
  /// says whether another one follows.
  private mutating func variable(_ width: Int) throws -> UInt64 {
    let more: UInt64 = 1 << UInt64(width - 1)
    var value: UInt64 = 0
    var shift = 0
    while true {
      let chunk = try fixed(width)
      guard shift < 64 else { throw Malformed() }
      value |= (chunk & (more - 1)) << UInt64(shift)
      if chunk & more == 0 { return value }
      shift += width - 1
    }
  }
}
