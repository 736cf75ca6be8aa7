/// A saved state of the previous code that does not fit this code: it has another version, or cannot be
/// decoded.
public struct SavedState: Sendable {
  /// The name under which the state is carried over.
  public let name: String
  /// The version that the previous code gave the state.
  public let version: Int
  /// The reason why the state does not fit: a `DecodingError`, or the error that `restore` threw. `nil` if
  /// the version differs.
  public let error: (any Error)?
  /// The bytes that `carryBytes` saved, or an encoded value for ``decode(_:)``.
  public let bytes: [UInt8]

  /// Returns the state as a value of the previous code's type. Throws `DecodingError`.
  public func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try TreeDecoder.decode(type, from: bytes)
  }
}

/// The format of a saved state in sealed memory: the mark `HRS1`, the version as 8 little-endian bytes, and
/// the state.
enum StateFormat {
  private static let mark: [UInt8] = Array("HRS1".utf8)

  /// Returns the bytes before the state.
  static func header(version: Int) -> [UInt8] {
    mark + withUnsafeBytes(of: Int64(version).littleEndian) { Array($0) }
  }

  /// Returns the version and the state. `nil` if the bytes are not of this format.
  static func parse(_ bytes: [UInt8]) -> (version: Int, state: [UInt8])? {
    guard bytes.count >= 12, bytes.prefix(4).elementsEqual(mark) else { return nil }
    let version = bytes[4..<12].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return (Int(version), Array(bytes[12...]))
  }
}
