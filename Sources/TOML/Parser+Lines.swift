// Blanks, comments and the ends of lines.
extension Parser {
  mutating func skipSpaces() { skip { $0 == " " || $0 == "\t" } }

  /// Skips a newline: a line feed, optionally after a carriage return.
  mutating func skipNewline() throws(SyntaxError) {
    if peek == "\r" {
      guard peek(1) == "\n" else { throw error("a carriage return without a line feed; remove it") }
      index += 1
    }
    index += 1
  }

  /// Skips blanks, comments and newlines.
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

  /// Skips a comment, and not the end of its line.
  mutating func skipComment() throws(SyntaxError) {
    while let next = peek, next != "\n" {
      if next == "\r", peek(1) == "\n" { return }
      if next.isControl { throw error("a control character in a comment; remove it") }
      index += 1
    }
  }

  /// Skips the end of a line, where only a comment may be.
  mutating func endLine() throws(SyntaxError) {
    skipSpaces()
    if peek == "#" { try skipComment() }
    guard let next = peek else { return }
    guard next == "\n" || next == "\r" else {
      throw error("expected the end of the line, found \(found); write one setting a line")
    }
    try skipNewline()
  }
}
