/// An encoder that builds the ``Node`` of one value.
final class TreeEncoder: Encoder {
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  /// The node that the value has encoded. `nil` if it has encoded nothing yet.
  private(set) var node: Node?

  init(codingPath: [any CodingKey] = []) { self.codingPath = codingPath }

  /// Returns the node of a value, whose coding path is `path`. Throws `EncodingError`, or what the value's
  /// `encode(to:)` throws.
  static func node(of value: some Encodable, at path: @autoclosure () -> [any CodingKey]) throws -> Node {
    if let leaf = value as? any Leaf { return leaf.node }
    let encoder = TreeEncoder(codingPath: path())
    guard encoder.codingPath.count < depthLimit else {
      throw EncodingError.invalidValue(
        value, .init(codingPath: encoder.codingPath, debugDescription: "nested more than \(depthLimit) deep"))
    }
    try value.encode(to: encoder)
    return encoder.node ?? .object(ObjectNode())
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let object: ObjectNode
    if case .object(let present) = node { object = present } else { object = ObjectNode() }
    node = .object(object)
    return KeyedEncodingContainer(KeyedEncoding(object: object, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    let array: ArrayNode
    if case .array(let present) = node { array = present } else { array = ArrayNode() }
    node = .array(array)
    return UnkeyedEncoding(array: array, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleValueEncoding(encoder: self) }

  private struct SingleValueEncoding: SingleValueEncodingContainer {
    let encoder: TreeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    mutating func encodeNil() throws { encoder.node = .null }

    mutating func encode(_ value: some Encodable) throws {
      encoder.node = try TreeEncoder.node(of: value, at: codingPath)
    }

    // The protocol's own implementations for 128-bit integers only throw.
    mutating func encode(_ value: Int128) throws { encoder.node = value.node }

    mutating func encode(_ value: UInt128) throws { encoder.node = value.node }
  }
}
