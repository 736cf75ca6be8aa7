/// Looks up single rows in an SQLite database (sqlite.org/fileformat2.html), and never writes to it. Every
/// method returns `nil` if the file does not follow the format, or if the row is not found.
struct SQLitePages {
  /// The value of a column.
  enum Value: Equatable {
    case null
    case integer(Int64)
    case text([UInt8])
    case blob([UInt8])
    /// A floating-point number.
    case other
  }

  /// The size of a page in bytes.
  private let pageSize: Int
  /// The number of bytes of a page that SQLite uses.
  private let usable: Int
  private let read: (_ offset: Int, _ count: Int) -> [UInt8]

  /// Reads the header. `read` returns `count` bytes at an offset of the file, or fewer at its end. Returns
  /// `nil` if it is not a UTF-8 database.
  init?(read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]) {
    let header = SQLiteBytes(bytes: read(0, 100))
    guard header.bytes.count == 100, header.bytes.starts(with: Array("SQLite format 3\0".utf8)),
      let size = header.number(at: 16, count: 2), let reserved = header.number(at: 20, count: 1),
      header.number(at: 56, count: 4) == 1  // UTF-8
    else { return nil }
    pageSize = size == 1 ? 65_536 : size
    usable = pageSize - reserved
    guard (512...65_536).contains(pageSize), pageSize & (pageSize - 1) == 0, usable >= 480 else { return nil }
    self.read = read
  }

  /// Returns the rows of a table that consists of one page.
  func rows(ofSmallTable root: Int) -> [[Value]]? {
    guard let page = page(root), page.kind == .tableLeaf else { return nil }
    var rows: [[Value]] = []
    for index in 0..<page.count {
      guard let cell = page.cell(index), let row = cell.record.columns() else { return nil }
      rows.append(row)
    }
    return rows
  }

  /// Returns the columns of the row with this number.
  func row(_ number: Int64, ofTable root: Int) -> [Value]? {
    let found = search(root, interior: .tableInterior, leaf: .tableLeaf) { cell in
      cell.row.map { $0 == number ? 0 : $0 < number ? -1 : 1 }
    }
    return found.flatMap { $0.record.columns() }
  }

  /// Returns the number of the row for which an index has this text in its first column.
  func row(of text: String, inIndex root: Int) -> Int64? {
    let key = Array(text.utf8)
    let found = search(root, interior: .indexInterior, leaf: .indexLeaf) { cell in
      switch cell.record.firstColumn() {
      case .text(let bytes): bytes == key ? 0 : bytes.lexicographicallyPrecedes(key) ? -1 : 1
      case .blob: 1  // sorts after every text
      case .null, .integer, .other: -1
      case nil: nil
      }
    }
    guard case .integer(let row) = found?.record.columns()?.last else { return nil }
    return row
  }

  /// Searches from page `root` downwards for the cell for which `order` returns 0. A negative result means
  /// that the cell is too low. A table has rows only in its leaves.
  private func search(
    _ root: Int, interior: SQLitePage.Kind, leaf: SQLitePage.Kind, order: (SQLitePage.Cell) -> Int?
  ) -> SQLitePage.Cell? {
    var number = root
    for _ in 0..<20 {
      guard let page = page(number), page.kind == interior || page.kind == leaf else { return nil }
      var (low, high) = (0, page.count)
      while low < high {
        let middle = (low + high) / 2
        guard let cell = page.cell(middle), let order = order(cell) else { return nil }
        if order == 0, page.kind != .tableInterior { return cell }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      guard page.kind == interior else { return nil }
      let next = low < page.count ? page.cell(low)?.child : page.rightmostChild
      guard let next else { return nil }
      number = next
    }
    return nil
  }

  /// Returns a page by its number, which starts at 1.
  private func page(_ number: Int) -> SQLitePage? {
    guard number > 0, number < 1 << 31 else { return nil }
    let bytes = read((number - 1) * pageSize, pageSize)
    guard bytes.count == pageSize else { return nil }
    return SQLitePage(bytes: SQLiteBytes(bytes: bytes), start: number == 1 ? 100 : 0, usable: usable)
  }
}
