/// What a `Codable` value is made of, on its way to bytes: the encoder builds such a tree.
///
/// Integers are kept by value, not by width, so that code that made an `Int32` an `Int` reads what was saved before.
enum Node {
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
  case array(ArrayNode)
  case object(ObjectNode)
  /// What a super encoder is given, which may come after its place was taken.
  case later(TreeEncoder)
}

/// The elements of an unkeyed container, which grows while the encoder has it.
final class ArrayNode {
  var elements: [Node] = []
}

/// The entries of a keyed container, in the order in which they were encoded; the last one of a name counts.
final class ObjectNode {
  var entries: [(name: String, node: Node)] = []
}

/// How deep containers may be nested: coders recurse, and stacks end.
let depthLimit = 512
