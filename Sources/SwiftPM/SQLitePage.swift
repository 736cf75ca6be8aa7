/// A page of an SQLite database, which is a node of the B-tree of a table or an index.
struct SQLitePage {
  /// The type of a page.
  enum Kind: Int {
    case indexInterior = 2, tableInterior = 5, indexLeaf = 10, tableLeaf = 13

    /// Whether the page has child pages.
    var isInterior: Bool { self == .indexInterior || self == .tableInterior }
  }

  /// A cell of a page: a row, or a reference to a child page.
  struct Cell {
    /// The child page with the rows before this cell, in an interior page.
    let child: Int?
    /// The row number, in a table.
    let row: Int64?
    /// The part of the row that is in the page itself. It is empty in the interior pages of tables.
    let record: SQLiteRecord
  }

  /// The type of the page.
  let kind: Kind
  /// The number of cells.
  let count: Int
  private let bytes: SQLiteBytes
  /// The offset of the page's header.
  private let start: Int
  /// The number of bytes that SQLite uses.
  private let usable: Int

  /// Reads the header of a page. Returns `nil` if it is not valid.
  ///
  /// - Parameters:
  ///   - bytes: The content of the page.
  ///   - start: The offset of the page's header in `bytes`.
  ///   - usable: The number of bytes that SQLite uses, at least 480.
  init?(bytes: SQLiteBytes, start: Int, usable: Int) {
    guard let kind = bytes.number(at: start, count: 1).flatMap(Kind.init),
      let count = bytes.number(at: start + 3, count: 2)
    else { return nil }
    (self.kind, self.count) = (kind, count)
    (self.bytes, self.start, self.usable) = (bytes, start, usable)
  }

  /// The child page with the rows after the last cell, in an interior page.
  var rightmostChild: Int? { bytes.number(at: start + 8, count: 4) }

  /// Returns a cell; `nil` if it is not valid. The cells are in the order of their rows.
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

  /// Returns the number of bytes of a payload that are in the page, and not in overflow pages.
  private func local(of size: Int) -> Int {
    let most = kind == .tableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23
    if size <= most { return size }
    let least = (usable - 12) * 32 / 255 - 23
    let wanted = least + (size - least) % (usable - 4)
    return wanted <= most ? wanted : least
  }
}
