/// A value that was read, from which a decoder takes its containers.
enum Parsed {
  case null
  case bool(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case wide(Int128)
  case wideUnsigned(UInt128)
  case float(UInt32)
  case double(UInt64)
  case string(String)
  case bytes([UInt8])
  case array([Parsed])
  case object([String: Parsed])
}

/// Reads the bytes that a ``Writer`` has written. Any other bytes are an error, and never a trap.
struct Reader {
  /// The error for bytes that no ``Writer`` has written, or that were cut.
  struct Corrupted: Error {}

  private let bytes: [UInt8]
  private var position = 0
  /// The keys that were read so far, by number.
  private var names: [String] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the value that `bytes` consist of. Throws ``Corrupted``.
  static func parse(_ bytes: [UInt8]) throws(Corrupted) -> Parsed {
    var reader = Reader(bytes)
    let value = try reader.value(depth: 0)
    guard reader.position == bytes.count else { throw Corrupted() }
    return value
  }

  /// Reads a value. `depth` is the number of containers around it.
  private mutating func value(depth: Int) throws(Corrupted) -> Parsed {
    // Twice the encoder's limit, because a value may have a nested container at each level.
    guard depth <= 2 * depthLimit, let tag = Tag(rawValue: try byte()) else { throw Corrupted() }
    switch tag {
    case .null: return .null
    case .false: return .bool(false)
    case .true: return .bool(true)
    case .positive:
      let magnitude = try number()
      return Int64(exactly: magnitude).map { .integer($0) } ?? .unsigned(magnitude)
    case .negative:
      guard let value = Int64(exactly: try number()) else { throw Corrupted() }
      return .integer(~value)
    case .wide: return .wide(Int128(bitPattern: try fixed()))
    case .wideUnsigned: return .wideUnsigned(try fixed())
    case .float: return .float(try fixed())
    case .double: return .double(try fixed())
    case .string: return .string(try text())
    case .bytes: return .bytes(Array(try some()))
    case .array:
      var elements: [Parsed] = []
      for _ in 0..<(try count()) { elements.append(try value(depth: depth + 1)) }
      return .array(elements)
    case .object:
      var entries: [String: Parsed] = [:]
      for _ in 0..<(try count()) {
        let name = try name()
        entries[name] = try value(depth: depth + 1)
      }
      return .object(entries)
    }
  }

  /// Reads a key: the number of an earlier key, or the next number and a new key.
  private mutating func name() throws(Corrupted) -> String {
    let number = try number()
    if number < names.count { return names[Int(number)] }
    guard number == names.count else { throw Corrupted() }
    let name = try text()
    names.append(name)
    return name
  }

  private mutating func byte() throws(Corrupted) -> UInt8 {
    guard position < bytes.count else { throw Corrupted() }
    defer { position += 1 }
    return bytes[position]
  }

  /// Reads an unsigned integer in LEB128.
  private mutating func number() throws(Corrupted) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let byte = try byte()
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw Corrupted()
  }

  /// Reads a number of bytes or of elements. Each takes at least one byte, so that a larger number is an
  /// error.
  private mutating func count() throws(Corrupted) -> Int {
    guard let count = Int(exactly: try number()), count <= bytes.count - position else { throw Corrupted() }
    return count
  }

  /// Reads a number of bytes, and as many bytes.
  private mutating func some() throws(Corrupted) -> ArraySlice<UInt8> {
    let count = try count()
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// Reads a string in UTF-8.
  private mutating func text() throws(Corrupted) -> String {
    guard let text = String(validating: try some(), as: UTF8.self) else { throw Corrupted() }
    return text
  }

  /// Reads a little-endian integer of the type's width.
  private mutating func fixed<Value: FixedWidthInteger>() throws(Corrupted) -> Value {
    let size = Value.bitWidth / 8
    guard bytes.count - position >= size else { throw Corrupted() }
    defer { position += size }
    return bytes[position..<position + size].reversed().reduce(0) { $0 << 8 | Value($1) }
  }
}
