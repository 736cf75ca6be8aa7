/// The first byte of a value, which says its kind.
enum Tag: UInt8 {
  case null, `false`, `true`, positive, negative, wide, wideUnsigned, float, double, string, bytes, array,
    object
}

/// Writes a ``Node`` as bytes. Lengths and integers are in LEB128. A key is written once, and later as its
/// number.
struct Writer {
  private(set) var bytes: [UInt8] = []
  /// The numbers of the keys that were written so far.
  private var names: [String: UInt64] = [:]

  /// Returns the bytes of a value. Throws `EncodingError`, or what the value's `encode(to:)` throws.
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    var writer = Writer()
    writer.write(try TreeEncoder.node(of: value, at: []))
    return writer.bytes
  }

  private mutating func write(_ node: Node) {
    switch node {
    case .null: writeTag(.null)
    case .bool(let value): writeTag(value ? .true : .false)
    case .integer(let value):
      writeTag(value < 0 ? .negative : .positive)
      write(UInt64(bitPattern: value < 0 ? ~value : value))
    case .unsigned(let value):
      writeTag(.positive)
      write(value)
    case .wide(let value):
      writeTag(.wide)
      writeFixed(UInt128(bitPattern: value))
    case .wideUnsigned(let value):
      writeTag(.wideUnsigned)
      writeFixed(value)
    case .float(let bits):
      writeTag(.float)
      writeFixed(bits)
    case .double(let bits):
      writeTag(.double)
      writeFixed(bits)
    case .string(let text):
      writeTag(.string)
      write(text)
    case .bytes(let content): write(content)
    case .array(let array): write(array)
    case .object(let object): write(object)
    case .later(let encoder): write(encoder.node ?? .object(ObjectNode()))
    }
  }

  private mutating func write(_ content: [UInt8]) {
    writeTag(.bytes)
    write(UInt64(content.count))
    bytes += content
  }

  private mutating func write(_ array: ArrayNode) {
    if let content = Self.content(of: array) { return write(content) }
    writeTag(.array)
    write(UInt64(array.elements.count))
    for element in array.elements { write(element) }
  }

  /// Returns the elements as bytes, because `Data` and similar types encode themselves byte by byte. `nil` if
  /// an element is no byte, or if there is no element.
  private static func content(of array: ArrayNode) -> [UInt8]? {
    var content: [UInt8] = []
    content.reserveCapacity(array.elements.count)
    for element in array.elements {
      guard case .integer(let value) = element, let byte = UInt8(exactly: value) else { return nil }
      content.append(byte)
    }
    return content.isEmpty ? nil : content
  }

  private mutating func write(_ object: ObjectNode) {
    writeTag(.object)
    write(UInt64(object.entries.count))
    for (name, node) in object.entries {
      if let number = names[name] {
        write(number)
      } else {
        write(UInt64(names.count))
        names[name] = UInt64(names.count)
        write(name)
      }
      write(node)
    }
  }

  private mutating func writeTag(_ tag: Tag) { bytes.append(tag.rawValue) }

  private mutating func write(_ text: String) {
    write(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  private mutating func write(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func writeFixed(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}
