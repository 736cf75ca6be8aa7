/// A state that the code before this one has saved, which is not as this code wants it: of another version, or not to be
/// decoded.
public struct SavedState: Sendable {
  /// The name under which it is carried.
  public let name: String
  /// The version that the old code gave it.
  public let version: Int
  /// Why it does not fit: a `DecodingError`, or what `restore` threw; nil where the version differs.
  public let error: (any Error)?
  /// What `carryBytes` has saved, or an encoded value for ``decode(_:)``.
  public let bytes: [UInt8]

  /// The state as a value of the old code's type. Throws `DecodingError`.
  public func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try TreeDecoder.decode(type, from: bytes)
  }
}

/// A state in memory that is passed on: a mark, the version as 8 bytes, the state.
enum StateFormat {
  private static let mark: [UInt8] = Array("HRS1".utf8)

  static func header(version: Int) -> [UInt8] {
    mark + withUnsafeBytes(of: Int64(version).littleEndian) { Array($0) }
  }

  /// Nil for what is none.
  static func parse(_ bytes: [UInt8]) -> (version: Int, state: [UInt8])? {
    guard bytes.count >= 12, bytes.prefix(4).elementsEqual(mark) else { return nil }
    let version = bytes[4..<12].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return (Int(version), Array(bytes[12...]))
  }
}
