/// A part of a key, with its byte offset.
struct Key {
  let name: String
  let offset: Int
}

// Keys, and the tables that they name.
extension Parser {
  /// Parses the header of a table or of an element of an array of tables.
  mutating func parseHeader() throws(SyntaxError) {
    let start = index
    let isArray = peek(1) == "["
    index += isArray ? 2 : 1
    let keys = try parseKeys()
    let close: StaticString = isArray ? "]]" : "]"
    guard isNext(close) else { throw error("expected '\(close)' after the table's name, found \(found)") }
    index += close.utf8CodeUnitCount
    current = try open(keys, isArray: isArray, at: start)
    try endLine()
  }

  /// Returns the table that a header names, after creating it if necessary.
  private func open(_ keys: [Key], isArray: Bool, at start: Int) throws(SyntaxError) -> TableBuilder {
    var table = root
    for key in keys.dropLast() { table = try descend(from: table, by: key) }
    guard let last = keys.last else { return table }
    let new = TableBuilder(.header, at: start)
    switch table[last.name] {
    case nil: table.add(last, isArray ? .tables([new]) : .table(new))
    case .tables(var tables) where isArray:
      tables.append(new)
      table.replace(last.name, .tables(tables))
    case .table(let existing) where !isArray && existing.origin == .superTable:
      existing.origin = .header
      existing.offset = start
      return existing
    default: throw duplicate(last, in: table)
    }
    return new
  }

  /// Returns the table with this key in `table`, after creating it if necessary.
  private func descend(from table: TableBuilder, by key: Key) throws(SyntaxError) -> TableBuilder {
    switch table[key.name] {
    case nil:
      let new = TableBuilder(.superTable, at: key.offset)
      table.add(key, .table(new))
      return new
    case .table(let existing) where existing.origin != .inline: return existing
    case .tables(let tables): return tables[tables.count - 1]
    case .table:
      throw error(
        "'\(key.name)' is an inline table, which cannot be extended; add the key inside it", at: key.offset)
    case .value(let value):
      throw error(
        "'\(key.name)' is already \(value.content.name) (line \(line(of: value.offset))), not a table",
        at: key.offset)
    }
  }

  /// Returns the number of the line at a byte offset.
  func line(of offset: Int) -> Int { source.place(of: offset).line }

  /// Returns the error for a key that is in the table already.
  func duplicate(_ key: Key, in table: TableBuilder) -> SyntaxError {
    let first = table.offset(of: key.name).map { " in line \(line(of: $0))" } ?? ""
    return error("'\(key.name)' is already defined\(first); remove one of them", at: key.offset)
  }

  /// Parses `a.b = value`.
  mutating func parsePair(into table: TableBuilder, depth: Int = 0) throws(SyntaxError) {
    let keys = try parseKeys()
    guard peek == "=" else { throw error("expected '=' after the key, found \(found)") }
    index += 1
    skipSpaces()
    var table = table
    for key in keys.dropLast() {
      switch table[key.name] {
      case nil:
        let new = TableBuilder(.dotted, at: key.offset)
        table.add(key, .table(new))
        table = new
      case .table(let existing) where existing.origin == .dotted || existing.origin == .superTable:
        existing.origin = .dotted
        table = existing
      default: throw duplicate(key, in: table)
      }
    }
    guard let last = keys.last else { return }
    if table[last.name] != nil { throw duplicate(last, in: table) }
    table.add(last, try parseValue(depth: depth))
  }

  /// Parses a key with dots.
  private mutating func parseKeys() throws(SyntaxError) -> [Key] {
    var keys: [Key] = []
    while true {
      skipSpaces()
      keys.append(try parseKey())
      skipSpaces()
      guard peek == "." else { return keys }
      guard keys.count < Self.deepest else {
        throw error("tables are nested more than \(Self.deepest) levels deep")
      }
      index += 1
    }
  }

  /// Parses a part of a key.
  private mutating func parseKey() throws(SyntaxError) -> Key {
    let start = index
    if peek == "\"" || peek == "'" {
      if isNext("\"\"\"") || isNext("'''") {
        throw error("a key must be on one line: write it with one quote at each end, not three")
      }
      return Key(name: try parseString(), offset: start)
    }
    skip(while: \.isBareKey)
    guard index > start else {
      throw error("expected a key, found \(found); letters, digits, '_' and '-' need no quotes, others do")
    }
    return Key(name: String(decoding: source.bytes[start..<index], as: UTF8.self), offset: start)
  }
}
