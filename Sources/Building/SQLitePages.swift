/// The pages of an SQLite database (sqlite.org/fileformat2.html), as far as single rows are looked up in it. Every method
/// returns `nil` for what is not as the format says, or is in none of the pages at hand; nothing is written.
struct SQLitePages {
  /// The bytes of a column.
  enum Value: Equatable {
    case null
    case integer(Int64)
    case text([UInt8])
    case blob([UInt8])
    /// A floating-point number.
    case other
  }

  private let pageSize: Int
  private let usable: Int
  private let read: (_ offset: Int, _ count: Int) -> [UInt8]

  /// `read` gives bytes of the file: from an offset on, so many. Fewer where the file ends.
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

  /// The rows of a table that has one page.
  func rows(ofSmallTable root: Int) -> [[Value]]? {
    guard let page = page(root), page.kind == .tableLeaf else { return nil }
    var rows: [[Value]] = []
    for index in 0..<page.count {
      guard let cell = page.cell(index), let row = cell.record.columns() else { return nil }
      rows.append(row)
    }
    return rows
  }

  /// The columns of the row with this number.
  func row(_ number: Int64, ofTable root: Int) -> [Value]? {
    let found = search(root, interior: .tableInterior, leaf: .tableLeaf) { cell in
      cell.row.map { $0 == number ? 0 : $0 < number ? -1 : 1 }
    }
    return found.flatMap { $0.record.columns() }
  }

  /// The number of the row that an index has for this text in its first column.
  func row(of text: String, inIndex root: Int) -> Int64? {
    let key = Array(text.utf8)
    let found = search(root, interior: .indexInterior, leaf: .indexLeaf) { cell in
      switch cell.record.firstColumn() {
      case .text(let bytes): bytes == key ? 0 : bytes.lexicographicallyPrecedes(key) ? -1 : 1
      case .blob: 1  // sorted behind every text
      case .null, .integer, .other: -1
      case nil: nil
      }
    }
    guard case .integer(let row) = found?.record.columns()?.last else { return nil }
    return row
  }

  /// Descends from page `root` to the cell for which `order` is 0 (negative: the cell is before it). A table has its rows
  /// in the leaves only.
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

  private func page(_ number: Int) -> SQLitePage? {
    guard number > 0, number < 1 << 31 else { return nil }
    let bytes = read((number - 1) * pageSize, pageSize)
    guard bytes.count == pageSize else { return nil }
    return SQLitePage(bytes: SQLiteBytes(bytes: bytes), start: number == 1 ? 100 : 0, usable: usable)
  }
}
