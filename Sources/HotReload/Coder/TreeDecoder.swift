/// A decoder that decodes a value from a ``Parsed``.
struct TreeDecoder: Decoder {
  let parsed: Parsed
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  /// Returns the value that was written as `bytes`. Throws `DecodingError`, or what the type's `init(from:)`
  /// throws.
  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    do {
      return try value(of: Reader.parse(bytes), at: [])
    } catch is Reader.Corrupted {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not written by HotReload"))
    }
  }

  /// Returns the value of `parsed`, whose coding path is `path`. Throws as ``decode(_:from:)`` does.
  static func value<Value: Decodable>(of parsed: Parsed, at path: @autoclosure () -> [any CodingKey]) throws
    -> Value
  {
    if let type = Value.self as? any Leaf.Type {
      if let value = type.init(leaf: parsed) as? Value { return value }
      throw mismatch(Value.self, parsed, path())
    }
    return try Value(from: TreeDecoder(parsed: parsed, codingPath: path()))
  }

  /// Returns the error for a value that has another type, or is out of range.
  static func mismatch(_ wanted: Any.Type, _ found: Parsed, _ path: [any CodingKey]) -> DecodingError {
    if case .null = found {
      return .valueNotFound(
        wanted, .init(codingPath: path, debugDescription: "expected \(wanted), found nil"))
    }
    let context = DecodingError.Context(
      codingPath: path, debugDescription: "expected \(wanted), found \(found.kind)")
    return .typeMismatch(wanted, context)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    try KeyedDecodingContainer(KeyedDecoding<Key>(parsed, codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try UnkeyedDecoding(parsed, codingPath) }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleValueDecoding(decoder: self)
  }

  private struct SingleValueDecoding: SingleValueDecodingContainer {
    let decoder: TreeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.parsed.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try TreeDecoder.value(of: decoder.parsed, at: codingPath)
    }

    // The protocol's own implementations for 128-bit integers only throw.
    func decode(_ type: Int128.Type) throws -> Int128 {
      try TreeDecoder.value(of: decoder.parsed, at: codingPath)
    }

    func decode(_ type: UInt128.Type) throws -> UInt128 {
      try TreeDecoder.value(of: decoder.parsed, at: codingPath)
    }
  }
}

extension Parsed {
  var isNull: Bool { if case .null = self { true } else { false } }

  /// The value or its type, in the words of an error.
  fileprivate var kind: String {
    switch self {
    case .null: "nil"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .wide(let value): "\(value)"
    case .wideUnsigned(let value): "\(value)"
    case .float(let bits): "\(Float(bitPattern: bits))"
    case .double(let bits): "\(Double(bitPattern: bits))"
    case .string: "a string"
    case .bytes: "bytes"
    case .array: "an array"
    case .object: "keyed values"
    }
  }
}
