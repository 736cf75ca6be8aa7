/// Reads a document from its first byte to its last. Each kind of value has a file of its own.
struct Parser {
  let source: Source
  let version: Document.Version
  var index = 0

  /// The table that key/value pairs go into.
  private var current: TableBuilder
  private let root: TableBuilder

  init(_ source: Source, _ version: Document.Version) {
    self.source = source
    self.version = version
    root = TableBuilder(.header, at: 0)
    current = root
  }

  mutating func parse() throws(SyntaxError) -> Table {
    try checkEncoding()
    if source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }  // a byte order mark
    while let next = peek {
      switch next {
      case " ", "\t", "\n", "\r", "#": try skipBlank()
      case "[": try parseHeader()
      default:
        try parsePair(into: current)
        try endLine()
      }
    }
    return root.table
  }

  // MARK: Bytes

  /// The next byte, as ASCII; bytes of other characters are none of those that are asked for.
  var peek: Unicode.Scalar? { index < source.bytes.count ? Unicode.Scalar(source.bytes[index]) : nil }

  func peek(_ distance: Int) -> Unicode.Scalar? {
    index + distance < source.bytes.count ? Unicode.Scalar(source.bytes[index + distance]) : nil
  }

  func isNext(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard index + length <= source.bytes.count else { return false }
    return text.withUTF8Buffer { $0.elementsEqual(source.bytes[index..<(index + length)]) }
  }

  mutating func skip(while matches: (Unicode.Scalar) -> Bool) {
    while let next = peek, matches(next) { index += 1 }
  }

  func error(_ message: String, at offset: Int? = nil) -> SyntaxError {
    SyntaxError(message, at: offset ?? index, in: source)
  }

  /// What stands next, for a message.
  var found: String {
    guard index < source.bytes.count else { return "the end of the file" }
    let text = source.line(around: index)
    guard let character = text.dropFirst(source.indent(of: index)).first, character != "\r" else {
      return "the end of the line"
    }
    return "'\(character)'"
  }

  private func checkEncoding() throws(SyntaxError) {
    var decoder = UTF8()
    var iterator = source.bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return
      case .error: throw error("not UTF-8; save the file in this encoding", at: offset)
      }
    }
  }

  // MARK: Lines

  mutating func skipSpaces() { skip { $0 == " " || $0 == "\t" } }

  /// A newline is a line feed, with or without a carriage return before it.
  mutating func skipNewline() throws(SyntaxError) {
    if peek == "\r" {
      guard peek(1) == "\n" else { throw error("a carriage return without a line feed; remove it") }
      index += 1
    }
    index += 1
  }

  /// Spaces, comments and newlines.
  mutating func skipBlank() throws(SyntaxError) {
    while let next = peek {
      switch next {
      case " ", "\t": index += 1
      case "\n", "\r": try skipNewline()
      case "#": try skipComment()
      default: return
      }
    }
  }

  mutating func skipComment() throws(SyntaxError) {
    while let next = peek, next != "\n" {
      if next == "\r", peek(1) == "\n" { return }
      if next.isControl { throw error("a control character in a comment; remove it") }
      index += 1
    }
  }

  private mutating func endLine() throws(SyntaxError) {
    skipSpaces()
    if peek == "#" { try skipComment() }
    guard let next = peek else { return }
    guard next == "\n" || next == "\r" else {
      throw error("expected the end of the line, found \(found); write one setting a line")
    }
    try skipNewline()
  }

  // MARK: Keys and tables

  private mutating func parseHeader() throws(SyntaxError) {
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

  /// The table that a header names.
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
        "'\(key.name)' is an inline table, which is complete; add to it where it is", at: key.offset)
    case .value(let value):
      throw error(
        "'\(key.name)' is \(value.content.name) already (line \(line(of: value.offset))), not a table",
        at: key.offset)
    }
  }

  func line(of offset: Int) -> Int { source.position(of: offset).line }

  func duplicate(_ key: Key, in table: TableBuilder) -> SyntaxError {
    let first = table.offset(of: key.name).map { " in line \(line(of: $0))" } ?? ""
    return error("'\(key.name)' is defined already\(first); remove one of them", at: key.offset)
  }

  /// `a.b = value`.
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

  private mutating func parseKeys() throws(SyntaxError) -> [Key] {
    var keys: [Key] = []
    while true {
      skipSpaces()
      keys.append(try parseKey())
      skipSpaces()
      guard peek == "." else { return keys }
      guard keys.count < Self.deepest else { throw error("more than \(Self.deepest) tables in each other") }
      index += 1
    }
  }

  private mutating func parseKey() throws(SyntaxError) -> Key {
    let start = index
    if peek == "\"" || peek == "'" {
      if isNext("\"\"\"") || isNext("'''") {
        throw error("a key has one line: write it in single quotes marks")
      }
      return Key(name: try parseString(), offset: start)
    }
    skip(while: \.isBareKey)
    guard index > start else {
      throw error("expected a key, found \(found); letters, digits, '_' and '-' need no quotes, others do")
    }
    return Key(name: String(decoding: source.bytes[start..<index], as: UTF8.self), offset: start)
  }

  /// How many arrays and tables may be in each other.
  static let deepest = 100
}

/// A part of a key, and where it stands.
struct Key {
  let name: String
  let offset: Int
}

extension Unicode.Scalar {
  /// Not allowed in strings and comments.
  var isControl: Bool { value < 0x20 && self != "\t" || value == 0x7F }

  var isBareKey: Bool { isLetter || isDigit || self == "_" || self == "-" }

  var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

  var isDigit: Bool { ("0"..."9").contains(self) }
}
