// Arrays, inline tables, and the choice between all kinds of values.

extension Parser {
  /// Parses a value. `depth` is the number of arrays and inline tables around it.
  mutating func parseValue(depth: Int) throws(SyntaxError) -> TableBuilder.Node {
    guard depth < Self.deepest else {
      throw error("arrays and tables are nested more than \(Self.deepest) levels deep")
    }
    let start = index
    let content: Value.Content
    switch peek {
    case "\"", "'": content = .string(try parseString())
    case "[": content = .array(try parseArray(depth: depth))
    case "{": return .table(try parseInlineTable(depth: depth))
    case nil, "\n", "\r", "#": throw error("expected a value after '=', found \(found)")
    default: content = try parseWord()
    }
    return .value(Value(content: content, offset: start))
  }

  /// Parses an array.
  private mutating func parseArray(depth: Int) throws(SyntaxError) -> [Value] {
    let start = index
    index += 1
    var values: [Value] = []
    while true {
      try skipBlank()
      if peek == "]" { break }
      if peek == nil { throw error("this array is not closed; write ']' after its last value", at: start) }
      switch try parseValue(depth: depth + 1) {
      case .value(let value): values.append(value)
      case .table(let table): values.append(Value(content: .table(table.table), offset: table.offset))
      case .tables: break  // only headers create these
      }
      try skipBlank()
      if peek == "]" { break }
      if peek == nil { throw error("this array is not closed; write ']' after its last value", at: start) }
      guard peek == "," else { throw error("expected ',' or ']' in the array, found \(found)") }
      index += 1
    }
    index += 1
    return values
  }

  /// Parses an inline table.
  private mutating func parseInlineTable(depth: Int) throws(SyntaxError) -> TableBuilder {
    let table = TableBuilder(.inline, at: index)
    let start = index
    index += 1
    try skipInside(start)
    while peek != "}" {
      try parsePair(into: table, depth: depth + 1)
      try skipInside(start)
      if peek == "}" { break }
      guard peek == "," else { throw error("expected ',' or '}' in the inline table, found \(found)") }
      let comma = index
      index += 1
      try skipInside(start)
      if peek == "}", version == .v1_0 {
        throw error("no comma after the last value of an inline table", at: comma)
      }
    }
    index += 1
    table.complete()
    return table
  }

  /// Skips blanks in an inline table. TOML 1.1 also allows newlines and comments there.
  private mutating func skipInside(_ start: Int) throws(SyntaxError) {
    if version == .v1_0 { skipSpaces() } else { try skipBlank() }
    guard let next = peek, version == .v1_1 || next != "\n" && next != "\r" && next != "#" else {
      throw error("this inline table is not closed; write '}' after its last value", at: start)
    }
  }

  /// Parses a boolean, a number, a date or a time.
  private mutating func parseWord() throws(SyntaxError) -> Value.Content {
    let start = index
    skip(while: \.isWord)
    // A space may separate the date from the time.
    if index - start == 10, peek == " ", peek(1)?.isDigit == true,
      source.bytes[start + 4] == UInt8(ascii: "-")
    {
      index += 1
      skip(while: \.isWord)
    }
    let word = String(decoding: source.bytes[start..<index], as: UTF8.self)
    switch word {
    case "": throw error("expected a value, found \(found); put text in quotes")
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "inf", "+inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    case "nan", "+nan", "-nan": return .float(.nan)
    default: break
    }
    let bytes = Array(word.utf8)
    if Self.looksLikeDate(bytes) {
      guard let date = DateTime(bytes, version) else {
        throw error(
          "'\(word)' is not a valid date or time; write 1979-05-27T07:32:00Z, 1979-05-27 or 07:32:00",
          at: start)
      }
      return .date(date)
    }
    if let first = word.unicodeScalars.first, first.isDigit || first == "+" || first == "-" || first == "." {
      return try parseNumber(word, at: start)
    }
    let lower = word.lowercased()
    let isBoolean = ["true", "false", "yes", "no", "on", "off"].contains(lower)
    throw error(
      "'\(word)' is not a value; \(isBoolean ? "write true or false, or put it in quotes" : "put text in quotes: \"\(word)\"")",
      at: start)
  }

  /// Returns whether a word starts like a date or a time.
  private static func looksLikeDate(_ bytes: [UInt8]) -> Bool {
    func areDigits(_ range: Range<Int>) -> Bool {
      range.upperBound <= bytes.count
        && bytes[range].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    return areDigits(0..<4) && bytes.count > 4 && bytes[4] == UInt8(ascii: "-")
      || areDigits(0..<2) && bytes.count > 2 && bytes[2] == UInt8(ascii: ":")
  }
}

extension Unicode.Scalar {
  fileprivate var isWord: Bool { isBareKey || self == "+" || self == "." || self == ":" }
}
