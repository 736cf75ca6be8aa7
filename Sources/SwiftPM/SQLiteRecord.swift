/// Bytes of an SQLite database, which contain big-endian integers.
struct SQLiteBytes {
  let bytes: [UInt8]

  /// Returns the integer of `count` bytes at an offset; `nil` beyond the end.
  func number(at offset: Int, count: Int) -> Int? {
    guard offset >= 0, offset + count <= bytes.count else { return nil }
    return bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Returns the variable-length integer at `position`, and advances `position`; `nil` beyond the end.
  func varint(at position: inout Int) -> Int64? {
    var value: UInt64 = 0
    for index in 0..<9 {
      guard position >= 0, position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { break }
    }
    return Int64(bitPattern: value)
  }
}

/// A row of an SQLite table or index: the types of its columns, then their values. It may be truncated.
struct SQLiteRecord {
  /// The bytes of the row that are in the page.
  let bytes: [UInt8]

  /// Returns the first column, which may be truncated.
  func firstColumn() -> SQLitePages.Value? {
    guard let (types, start) = header(limit: 1), let type = types.first, start <= bytes.count else {
      return nil
    }
    let size = Self.size(of: type) ?? 0
    return value(of: type, Array(bytes[start...].prefix(size)))
  }

  /// Returns the columns before the first one that is truncated.
  func columns() -> [SQLitePages.Value]? {
    guard let (types, start) = header(limit: .max) else { return nil }
    var (values, position): ([SQLitePages.Value], Int) = ([], start)
    for type in types {
      guard let size = Self.size(of: type) else { return nil }
      guard size <= bytes.count - position else { break }
      values.append(value(of: type, Array(bytes[position..<position + size])))
      position += size
    }
    return values
  }

  /// Returns the types of the first `limit` columns, and the offset of the values.
  private func header(limit: Int) -> (types: [Int64], start: Int)? {
    let words = SQLiteBytes(bytes: bytes)
    var position = 0
    guard let end = words.varint(at: &position).flatMap(Int.init(exactly:)), end >= position,
      end <= bytes.count
    else { return nil }
    var types: [Int64] = []
    while position < end, types.count < limit {
      guard let type = words.varint(at: &position), type >= 0 else { return nil }
      types.append(type)
    }
    return (types, end)
  }

  /// Returns the size of a value in bytes; `nil` for a type that does not exist.
  private static func size(of type: Int64) -> Int? {
    switch type {
    case 0, 8, 9: 0
    case 1...4: Int(type)
    case 5: 6
    case 6, 7: 8
    case 12...(1 << 31): Int(type - 12) / 2
    default: nil
    }
  }

  /// Decodes a value.
  private func value(of type: Int64, _ bytes: [UInt8]) -> SQLitePages.Value {
    switch type {
    case 0: .null
    case 1...6:
      .integer(bytes.dropFirst().reduce(Int64(Int8(bitPattern: bytes.first ?? 0))) { $0 << 8 | Int64($1) })
    case 8, 9: .integer(type - 8)
    case 7: .other
    default: type.isMultiple(of: 2) ? .blob(bytes) : .text(bytes)
    }
  }
}
