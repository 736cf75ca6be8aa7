/// The tree that an encoder builds of a `Codable` value, before it is written as bytes.
///
/// Integers are kept by value and not by width, so that code in which an `Int32` became an `Int` can read an
/// older state.
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
  /// The value of a super encoder, which may be encoded after its place in the container was taken.
  case later(TreeEncoder)
}

/// The elements of an unkeyed container. It is a class because it grows while the encoder has it.
final class ArrayNode {
  var elements: [Node] = []
}

/// The entries of a keyed container in the order in which they were encoded. The last entry of a name counts.
final class ObjectNode {
  var entries: [(name: String, node: Node)] = []
}

/// The number of containers that may be nested. Coders are recursive, and stacks are limited.
let depthLimit = 512
