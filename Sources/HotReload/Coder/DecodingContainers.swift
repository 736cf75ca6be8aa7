/// A keyed decoding container. One generic `decode` satisfies all requirements that the protocol lists for
/// each type.
struct KeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let entries: [String: Parsed]
  let codingPath: [any CodingKey]

  init(_ parsed: Parsed, _ path: [any CodingKey]) throws {
    guard case .object(let entries) = parsed else {
      throw TreeDecoder.mismatch([String: Any].self, parsed, path)
    }
    self.entries = entries
    codingPath = path
  }

  var allKeys: [Key] { entries.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { entries[key.stringValue] != nil }

  /// Returns the entry of a key. Throws `DecodingError.keyNotFound`.
  private func entry(_ key: any CodingKey) throws -> Parsed {
    if let entry = entries[key.stringValue] { return entry }
    throw DecodingError.keyNotFound(
      key, .init(codingPath: codingPath, debugDescription: "no value was saved for '\(key.stringValue)'"))
  }

  func decodeNil(forKey key: Key) throws -> Bool { try entry(key).isNull }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try TreeDecoder.value(of: try entry(key), at: codingPath + [key])
  }

  // The protocol's own implementations for 128-bit integers only throw.
  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
    try TreeDecoder.value(of: try entry(key), at: codingPath + [key])
  }

  func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
    try TreeDecoder.value(of: try entry(key), at: codingPath + [key])
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
    -> KeyedDecodingContainer<Nested>
  {
    try KeyedDecodingContainer(KeyedDecoding<Nested>(entry(key), codingPath + [key]))
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try UnkeyedDecoding(entry(key), codingPath + [key])
  }

  func superDecoder() throws -> any Decoder { try superDecoder(PositionKey.super) }

  func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder(key) }

  /// Returns a decoder for the entry of a key.
  private func superDecoder(_ key: any CodingKey) throws -> any Decoder {
    TreeDecoder(parsed: try entry(key), codingPath: codingPath + [key])
  }
}

/// An unkeyed decoding container, over an array or over bytes.
struct UnkeyedDecoding: UnkeyedDecodingContainer {
  /// The elements, which are decoded one by one.
  private enum Elements {
    case parsed([Parsed])
    case bytes([UInt8])
  }

  private let elements: Elements
  let codingPath: [any CodingKey]
  let count: Int?
  private(set) var currentIndex = 0

  init(_ parsed: Parsed, _ path: [any CodingKey]) throws {
    switch parsed {
    case .array(let array):
      elements = .parsed(array)
      count = array.count
    case .bytes(let bytes):
      elements = .bytes(bytes)
      count = bytes.count
    default: throw TreeDecoder.mismatch([Any].self, parsed, path)
    }
    codingPath = path
  }

  var isAtEnd: Bool { currentIndex == count }
  private var path: [any CodingKey] { codingPath + [PositionKey(currentIndex)] }

  /// Returns the next element without consuming it, so that it stays the next one if decoding it fails.
  private func next(_ wanted: Any.Type) throws -> Parsed {
    if isAtEnd {
      throw DecodingError.valueNotFound(
        wanted, .init(codingPath: path, debugDescription: "expected \(wanted), found the end"))
    }
    switch elements {
    case .parsed(let elements): return elements[currentIndex]
    case .bytes(let bytes): return .integer(Int64(bytes[currentIndex]))
    }
  }

  mutating func decodeNil() throws -> Bool {
    guard try next(Any?.self).isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try take() }

  // The protocol's own implementations for 128-bit integers only throw.
  mutating func decode(_ type: Int128.Type) throws -> Int128 { try take() }

  mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try take() }

  /// Decodes the next element, and consumes it.
  private mutating func take<Value: Decodable>() throws -> Value {
    let value: Value = try TreeDecoder.value(of: try next(Value.self), at: path)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws
    -> KeyedDecodingContainer<Nested>
  {
    let nested = try KeyedDecoding<Nested>(next([String: Any].self), path)
    currentIndex += 1
    return KeyedDecodingContainer(nested)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let nested = try UnkeyedDecoding(next([Any].self), path)
    currentIndex += 1
    return nested
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = TreeDecoder(parsed: try next((any Decoder).self), codingPath: path)
    currentIndex += 1
    return decoder
  }
}
