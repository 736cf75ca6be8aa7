/// Reads a document from its first byte to its last. Each kind of value has a file of its own.
struct Parser {
  let source: Source
  let version: Document.Version
  var index = 0

  /// How many arrays and tables may be in each other.
  static let deepest = 100

  /// The table that key/value pairs go into.
  var current: TableBuilder
  let root: TableBuilder

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

  private func checkEncoding() throws(SyntaxError) {
    if let offset = source.firstInvalidByte {
      throw error("not UTF-8; save the file in this encoding", at: offset)
    }
  }

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
    SyntaxError(message, at: source.place(of: offset ?? index))
  }

  /// What stands next, for a message.
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
  /// Not allowed in strings and comments.
  var isControl: Bool { value < 0x20 && self != "\t" || value == 0x7F }

  var isBareKey: Bool { isLetter || isDigit || self == "_" || self == "-" }

  var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

  var isDigit: Bool { ("0"..."9").contains(self) }
}
