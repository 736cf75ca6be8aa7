// The four kinds of strings.

extension Parser {
  /// Parses a string of any kind.
  mutating func parseString() throws(SyntaxError) -> String {
    if isNext("\"\"\"") { return try parseLines(quote: "\"") }
    if isNext("'''") { return try parseLines(quote: "'") }
    let start = index
    let isBasic = peek == "\""
    let quote: Unicode.Scalar = isBasic ? "\"" : "'"
    index += 1
    var bytes: [UInt8] = []
    while let next = peek, next != "\n", next != "\r" {
      if next == quote {
        index += 1
        return String(decoding: bytes, as: UTF8.self)
      }
      if next == "\\", isBasic {
        bytes += Array(String(try parseEscape()).utf8)
      } else {
        bytes.append(try stringByte())
      }
    }
    throw error("this string is not closed; write \(quote) at its end", at: start)
  }

  /// Reads a byte of a string. Throws for control characters.
  private mutating func stringByte() throws(SyntaxError) -> UInt8 {
    let byte = source.bytes[index]
    if Unicode.Scalar(byte).isControl {
      throw error("a control character in a string; write it as \\u\(hex(byte))")
    }
    index += 1
    return byte
  }

  private func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Parses a multi-line string, `"""…"""` or `'''…'''`. Up to two quotes may precede the closing ones.
  private mutating func parseLines(quote: Unicode.Scalar) throws(SyntaxError) -> String {
    let start = index
    index += 3
    if peek == "\n" || isNext("\r\n") { try skipNewline() }
    var bytes: [UInt8] = []
    while let next = peek {
      switch next {
      case quote:
        let first = index
        skip { $0 == quote }
        let count = index - first
        if count < 3 {
          bytes += source.bytes[first..<index]
        } else if count > 5 {
          throw error("more than two quotes at the end of the string", at: first)
        } else {
          bytes += source.bytes[first..<(index - 3)]
          return String(decoding: bytes, as: UTF8.self)
        }
      case "\n", "\r":
        try skipNewline()
        bytes.append(UInt8(ascii: "\n"))  // carriage return and line feed are replaced too
      case "\\" where quote == "\"":
        if try !skipFoldedLine() { bytes += Array(String(try parseEscape()).utf8) }
      default: bytes.append(try stringByte())
      }
    }
    let quotes = String(repeating: String(quote), count: 3)
    throw error("this string is not closed; write \(quotes) at its end", at: start)
  }

  /// Skips a backslash at the end of a line, with all blanks and newlines after it. Returns false for any
  /// other backslash.
  private mutating func skipFoldedLine() throws(SyntaxError) -> Bool {
    let start = index
    index += 1
    skipSpaces()
    guard peek == "\n" || isNext("\r\n") else {
      index = start
      return false
    }
    while let next = peek, [" ", "\t", "\n", "\r"].contains(next) {
      if next == "\n" || next == "\r" { try skipNewline() } else { index += 1 }
    }
    return true
  }

  /// Parses an escape.
  private mutating func parseEscape() throws(SyntaxError) -> Unicode.Scalar {
    let start = index
    index += 2
    switch peek(-1) {
    case "b": return "\u{8}"
    case "t": return "\t"
    case "n": return "\n"
    case "f": return "\u{C}"
    case "r": return "\r"
    case "\"": return "\""
    case "\\": return "\\"
    case "e" where version == .v1_1: return "\u{1B}"
    case "x" where version == .v1_1: return try scalar(digits: 2, from: start)
    case "u": return try scalar(digits: 4, from: start)
    case "U": return try scalar(digits: 8, from: start)
    default:
      throw error(
        "unknown escape; write '\\\\' for a backslash, or put the text in single quotes", at: start)
    }
  }

  /// Parses the hexadecimal digits of an escape.
  private mutating func scalar(digits count: Int, from start: Int) throws(SyntaxError) -> Unicode.Scalar {
    let first = index
    skip { $0.properties.isASCIIHexDigit }
    let digits = source.bytes[first..<max(first, min(index, first + count))]
    index = first + digits.count
    guard digits.count == count, let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else {
      throw error("expected \(count) hexadecimal digits", at: start)
    }
    guard let scalar = Unicode.Scalar(number) else { throw error("not a valid character", at: start) }
    return scalar
  }
}
