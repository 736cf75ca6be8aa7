/// Parses a document from its first byte to its last. The kinds of values are in separate files.
struct Parser {
  let source: Source
  let version: Document.Version
  /// The offset of the next byte.
  var index = 0

  /// The maximum nesting of arrays and tables.
  static let deepest = 100

  /// The table to which key/value pairs are added.
  var current: TableBuilder
  /// The table of the whole document.
  let root: TableBuilder

  init(_ source: Source, _ version: Document.Version) {
    self.source = source
    self.version = version
    root = TableBuilder(.header, at: 0)
    current = root
  }

  /// Parses the whole document. Throws the first ``SyntaxError``.
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

  /// Throws ``SyntaxError`` if the document is not UTF-8.
  private func checkEncoding() throws(SyntaxError) {
    if let offset = source.firstInvalidByte {
      throw error("not UTF-8; save the file in this encoding", at: offset)
    }
  }

  /// The next byte as a scalar. A byte of a non-ASCII character never equals an ASCII character.
  var peek: Unicode.Scalar? { index < source.bytes.count ? Unicode.Scalar(source.bytes[index]) : nil }

  /// Returns the byte at a distance from the next one; `nil` at the end.
  func peek(_ distance: Int) -> Unicode.Scalar? {
    index + distance < source.bytes.count ? Unicode.Scalar(source.bytes[index + distance]) : nil
  }

  /// Returns whether `text` is next.
  func isNext(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard index + length <= source.bytes.count else { return false }
    return text.withUTF8Buffer { $0.elementsEqual(source.bytes[index..<(index + length)]) }
  }

  mutating func skip(while matches: (Unicode.Scalar) -> Bool) {
    while let next = peek, matches(next) { index += 1 }
  }

  /// Returns an error at a byte offset, or at the next byte.
  func error(_ message: String, at offset: Int? = nil) -> SyntaxError {
    SyntaxError(message, at: source.place(of: offset ?? index))
  }

  /// A description of the next character for messages.
  var found: String {
    guard index < source.bytes.count else { return "the end of the file" }
    let place = source.place(of: index)
    guard let character = place.text.dropFirst(place.indent).first, character != "\r" else {
      return "the end of the line"
    }
    return "'\(character)'"
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is a control character, which strings and comments may not contain.
  var isControl: Bool { value < 0x20 && self != "\t" || value == 0x7F }

  /// Whether the scalar may be part of a key without quotes.
  var isBareKey: Bool { isLetter || isDigit || self == "_" || self == "-" }

  var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

  var isDigit: Bool { ("0"..."9").contains(self) }
}
