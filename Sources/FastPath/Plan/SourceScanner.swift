/// Splits a Swift source into tokens, so far that braces are told from those in comments and strings.
struct SourceScanner {
  /// A token of the source.
  struct Token {
    /// The type of a token.
    enum Kind {
      /// An identifier, a keyword or a number.
      case word
      case open, close
      case newline
      /// A string with its interpolations, or any other character.
      case other
    }

    let kind: Kind
    /// The byte offsets in the source.
    let range: Range<Int>
  }

  private let bytes: [UInt8]
  /// The offset of the next byte.
  private var index = 0
  /// The number of open parentheses and square brackets.
  private var parentheses = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether no parenthesis or square bracket is open.
  var isOutsideOfParentheses: Bool { parentheses == 0 }

  /// Returns the next token after blanks and comments; `nil` at the end.
  mutating func next() -> Token? {
    while index < bytes.count {
      let start = index
      let token = { (kind: Token.Kind, end: Int) in Token(kind: kind, range: start..<end) }
      if Self.isOfWord(bytes[index]) {
        while index < bytes.count, Self.isOfWord(bytes[index]) { index += 1 }
        return token(.word, index)
      }
      if has("//") {
        while index < bytes.count, bytes[index] != 0x0A { index += 1 }
        continue
      }
      if has("/*") {
        skipComment()
        continue
      }
      if bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "#") {
        skipString()
        return token(.other, index)
      }
      index += 1
      switch bytes[start] {
      case 0x0A: return token(.newline, index)
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "{"): return token(.open, index)
      case UInt8(ascii: "}"): return token(.close, index)
      case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
      default: break
      }
      return token(.other, index)
    }
    return nil
  }

  /// Returns whether a byte may be part of a word. All bytes of non-ASCII characters are.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: true
    default: false
    }
  }

  /// Returns whether the rest of the source starts with `text`.
  private func has(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    return index + count <= bytes.count && (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
  }

  /// Returns whether there are `count` bytes of this value at `place`.
  private func hasRun(of byte: UInt8, _ count: Int, at place: Int) -> Bool {
    place + count <= bytes.count && (0..<count).allSatisfy { bytes[place + $0] == byte }
  }

  /// Skips a comment, including nested ones.
  private mutating func skipComment() {
    var nested = 0
    repeat {
      if has("/*") {
        (nested, index) = (nested + 1, index + 2)
      } else if has("*/") {
        (nested, index) = (nested - 1, index + 2)
      } else {
        index += 1
      }
    } while nested > 0 && index < bytes.count
    index = min(index, bytes.count)
  }

  /// Skips a string, or the `#` signs before something else.
  private mutating func skipString() {
    let quote = UInt8(ascii: "\""), sign = UInt8(ascii: "#")
    var signs = 0
    while index < bytes.count, bytes[index] == sign { (signs, index) = (signs + 1, index + 1) }
    guard index < bytes.count, bytes[index] == quote else { return }
    let quotes = has("\"\"\"") ? 3 : 1
    index += quotes
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\"), hasRun(of: sign, signs, at: index + 1) {
        index += 1 + signs
        if index < bytes.count, bytes[index] == UInt8(ascii: "(") { skipInterpolation() } else { index += 1 }
      } else if hasRun(of: quote, quotes, at: index), hasRun(of: sign, signs, at: index + quotes) {
        index += quotes + signs
        return
      } else if quotes == 1, bytes[index] == 0x0A {
        return
      } else {
        index += 1
      }
    }
    index = bytes.count
  }

  /// Skips the parentheses of an interpolation.
  private mutating func skipInterpolation() {
    let outer = parentheses
    repeat {
      if next() == nil { return }
    } while parentheses > outer
  }
}
