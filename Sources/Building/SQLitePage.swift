/// A page of an SQLite database: a node of the tree that a table or an index is.
struct SQLitePage {
  /// Where the page is in which tree.
  enum Kind: Int {
    case indexInterior = 2, tableInterior = 5, indexLeaf = 10, tableLeaf = 13

    var isInterior: Bool { self == .indexInterior || self == .tableInterior }
  }

  /// A row, or where to find rows that are not after it.
  struct Cell {
    /// The page below with the rows before this one, in an interior page.
    let child: Int?
    /// The number of the row, in a table.
    let row: Int64?
    /// As much of the row as is in the page itself; nothing in the interior pages of tables.
    let record: SQLiteRecord
  }

  let kind: Kind
  /// The number of cells.
  let count: Int
  private let bytes: SQLiteBytes
  private let start: Int
  private let usable: Int

  /// - Parameters:
  ///   - start: Where the page's header is in `bytes`.
  ///   - usable: How many of the bytes SQLite uses, at least 480.
  init?(bytes: SQLiteBytes, start: Int, usable: Int) {
    guard let kind = bytes.number(at: start, count: 1).flatMap(Kind.init),
      let count = bytes.number(at: start + 3, count: 2)
    else { return nil }
    (self.kind, self.count) = (kind, count)
    (self.bytes, self.start, self.usable) = (bytes, start, usable)
  }

  /// The page below with the rows after the last cell, in an interior page.
  var rightmostChild: Int? { bytes.number(at: start + 8, count: 4) }

  /// A cell; they are in the order of their rows.
  func cell(_ index: Int) -> Cell? {
    let pointer = start + (kind.isInterior ? 12 : 8) + 2 * index
    guard var position = bytes.number(at: pointer, count: 2) else { return nil }
    var child: Int?
    if kind.isInterior {
      child = bytes.number(at: position, count: 4)
      position += 4
    }
    if kind == .tableInterior {
      return bytes.varint(at: &position).map { Cell(child: child, row: $0, record: SQLiteRecord(bytes: [])) }
    }
    guard let size = bytes.varint(at: &position), (0...1 << 31).contains(size) else { return nil }
    var row: Int64?
    if kind == .tableLeaf {
      row = bytes.varint(at: &position)
      if row == nil { return nil }
    }
    let end = position + local(of: Int(size))
    guard end <= bytes.bytes.count else { return nil }
    return Cell(child: child, row: row, record: SQLiteRecord(bytes: Array(bytes.bytes[position..<end])))
  }

  /// The number of bytes of a payload that are not in overflow pages.
  private func local(of size: Int) -> Int {
    let most = kind == .tableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23
    if size <= most { return size }
    let least = (usable - 12) * 32 / 255 - 23
    let wanted = least + (size - least) % (usable - 4)
    return wanted <= most ? wanted : least
  }
}
