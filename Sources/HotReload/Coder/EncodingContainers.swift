/// A keyed encoding container. One generic `encode` satisfies all requirements that the protocol lists for
/// each type.
struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let object: ObjectNode
  let codingPath: [any CodingKey]

  private func add(_ node: Node, _ key: any CodingKey) { object.entries.append((key.stringValue, node)) }

  mutating func encodeNil(forKey key: Key) throws { add(.null, key) }

  mutating func encode(_ value: some Encodable, forKey key: Key) throws {
    add(try TreeEncoder.node(of: value, at: codingPath + [key]), key)
  }

  // The protocol's own implementations for 128-bit integers only throw.
  mutating func encode(_ value: Int128, forKey key: Key) throws { add(value.node, key) }

  mutating func encode(_ value: UInt128, forKey key: Key) throws { add(value.node, key) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  {
    let nested = ObjectNode()
    add(.object(nested), key)
    return KeyedEncodingContainer(KeyedEncoding<Nested>(object: nested, codingPath: codingPath + [key]))
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let nested = ArrayNode()
    add(.array(nested), key)
    return UnkeyedEncoding(array: nested, codingPath: codingPath + [key])
  }

  mutating func superEncoder() -> any Encoder { superEncoder(PositionKey.super) }

  mutating func superEncoder(forKey key: Key) -> any Encoder { superEncoder(key) }

  /// Returns an encoder whose value becomes the entry of the key.
  private func superEncoder(_ key: any CodingKey) -> TreeEncoder {
    let encoder = TreeEncoder(codingPath: codingPath + [key])
    add(.later(encoder), key)
    return encoder
  }
}

/// An unkeyed encoding container.
struct UnkeyedEncoding: UnkeyedEncodingContainer {
  let array: ArrayNode
  let codingPath: [any CodingKey]

  var count: Int { array.elements.count }
  private var path: [any CodingKey] { codingPath + [PositionKey(count)] }

  mutating func encodeNil() throws { array.elements.append(.null) }

  mutating func encode(_ value: some Encodable) throws {
    array.elements.append(try TreeEncoder.node(of: value, at: path))
  }

  // The protocol's own implementations for 128-bit integers only throw.
  mutating func encode(_ value: Int128) throws { array.elements.append(value.node) }

  mutating func encode(_ value: UInt128) throws { array.elements.append(value.node) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<
    Nested
  > {
    let nested = ObjectNode()
    defer { array.elements.append(.object(nested)) }
    return KeyedEncodingContainer(KeyedEncoding<Nested>(object: nested, codingPath: path))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let nested = ArrayNode()
    defer { array.elements.append(.array(nested)) }
    return UnkeyedEncoding(array: nested, codingPath: path)
  }

  mutating func superEncoder() -> any Encoder {
    let encoder = TreeEncoder(codingPath: path)
    array.elements.append(.later(encoder))
    return encoder
  }
}

/// A key in a coding path that no type of the app names: an index, or `super`.
struct PositionKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  static var `super`: PositionKey { PositionKey(stringValue: "super") }

  init(_ index: Int) {
    stringValue = "Index \(index)"
    intValue = index
  }

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) { self.init(intValue) }
}
