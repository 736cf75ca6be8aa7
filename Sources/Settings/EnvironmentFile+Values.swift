internal import TOML

// The values of variables, with their quotes, escapes and comments.
extension EnvironmentReader {
  /// Reads a value and the rest of its line.
  mutating func takeValue() throws(SettingsError) -> String {
    switch next {
    case UInt8(ascii: "'"): try takeSingleQuoted()
    case UInt8(ascii: "\""): try takeDoubleQuoted()
    default: try takeUnquoted()
    }
  }

  /// Reads a value without quotes.
  private mutating func takeUnquoted() throws(SettingsError) -> String {
    let start = index
    var end = start
    while let next, next != UInt8(ascii: "\n") {
      // The blank may precede the value: `NAME= # comment`.
      if next == UInt8(ascii: "#"), index > 0, source.bytes[index - 1].isBlank {
        skipLine()
        break
      }
      index += 1
      if !next.isBlank { end = index }
    }
    return String(decoding: try interpolated(start..<end, hasEscapes: false), as: UTF8.self)
  }

  /// Reads a value in single quotes.
  private mutating func takeSingleQuoted() throws(SettingsError) -> String {
    let start = index
    index += 1
    var value: [UInt8] = []
    while let byte = next {
      let following = index + 1 < source.bytes.count ? source.bytes[index + 1] : nil
      index += 1
      switch (byte, following) {
      case (UInt8(ascii: "'"), _):
        try endLine(after: "'")
        return String(decoding: value, as: UTF8.self)
      case (UInt8(ascii: "\\"), UInt8(ascii: "'")):
        value.append(UInt8(ascii: "'"))
        index += 1
      case (UInt8(ascii: "\\"), UInt8(ascii: "\\")):
        value += [byte, byte]
        index += 1
      case (UInt8(ascii: "\r"), UInt8(ascii: "\n")): break
      default: value.append(byte)
      }
    }
    throw error("the quote ' is not closed", at: start)
  }

  /// Reads a value in double quotes.
  private mutating func takeDoubleQuoted() throws(SettingsError) -> String {
    let start = index
    index += 1
    while let byte = next, byte != UInt8(ascii: "\"") { index += byte == UInt8(ascii: "\\") ? 2 : 1 }
    guard next != nil else { throw error("the quote \" is not closed", at: start) }
    let value = try interpolated(start + 1..<index, hasEscapes: true)
    index += 1
    try endLine(after: "\"")
    return String(decoding: value, as: UTF8.self)
  }

  /// Reads the end of a line after a closing quote, where only a comment may be.
  private mutating func endLine(after quote: String) throws(SettingsError) {
    skipBlanks()
    switch next {
    case UInt8(ascii: "#"): skipLine()
    case UInt8(ascii: "\n"), nil: break
    default: throw error("expected the end of the line after the closing \(quote), found \(found)", at: index)
    }
  }
}
