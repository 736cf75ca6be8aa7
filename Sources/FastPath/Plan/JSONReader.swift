/// Reads JSON values in the order of the text. The build systems write megabytes of JSON of which the fast
/// path needs a part, so values that are not needed are skipped without being stored.
struct JSONReader {
  private let bytes: [UInt8]
  /// The offset of the next byte.
  private var position = 0
  /// The name of the text, for messages.
  private let name: String

  /// Creates a reader of `bytes`, which messages call `name`.
  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// The error for text that is not as expected.
  private var malformed: FallbackReason { FallbackReason("cannot read \(name) at byte \(position)") }

  /// Reads an object. `member` reads the value of each key.
  mutating func object(_ member: (inout Self, String) throws(FallbackReason) -> Void) throws(FallbackReason) {
    try take(UInt8(ascii: "{"))
    if nextIs(UInt8(ascii: "}")) { return }
    repeat {
      let key = try string()
      try take(UInt8(ascii: ":"))
      try member(&self, key)
    } while nextIs(UInt8(ascii: ","))
    try take(UInt8(ascii: "}"))
  }

  /// Reads one member of an object, and skips the others.
  mutating func member(_ name: String, _ value: (inout Self) throws(FallbackReason) -> Void)
    throws(FallbackReason)
  {
    try object { reader, key throws(FallbackReason) in
      if key == name { try value(&reader) } else { try reader.skip() }
    }
  }

  /// Reads an array. `element` reads each value.
  mutating func array(_ element: (inout Self) throws(FallbackReason) -> Void) throws(FallbackReason) {
    try take(UInt8(ascii: "["))
    if nextIs(UInt8(ascii: "]")) { return }
    repeat { try element(&self) } while nextIs(UInt8(ascii: ","))
    try take(UInt8(ascii: "]"))
  }

  /// Reads an array of strings.
  mutating func strings() throws(FallbackReason) -> [String] {
    var strings: [String] = []
    try array { reader throws(FallbackReason) in strings.append(try reader.string()) }
    return strings
  }

  /// Reads a string.
  mutating func string() throws(FallbackReason) -> String {
    try take(UInt8(ascii: "\""))
    let start = position
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
    var text = bytes[start..<position]
    while nextIsExactly(UInt8(ascii: "\\")) {
      text += try escaped()
      let rest = position
      while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
      text += bytes[rest..<position]
    }
    guard nextIsExactly(UInt8(ascii: "\"")) else { throw malformed }
    return String(decoding: text, as: UTF8.self)
  }

  /// Skips a value of any type.
  mutating func skip() throws(FallbackReason) {
    var depth = 0
    repeat {
      skipSpace()
      guard let byte = peek else { throw malformed }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["): (depth, position) = (depth + 1, position + 1)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): (depth, position) = (depth - 1, position + 1)
      case UInt8(ascii: ",") where depth > 0, UInt8(ascii: ":") where depth > 0: position += 1
      case UInt8(ascii: "\""): try skipString()
      default: try skipWord()
      }
    } while depth > 0
    if depth < 0 { throw malformed }
  }

  /// Skips a string.
  private mutating func skipString() throws(FallbackReason) {
    position += 1
    while let byte = peek, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
    guard nextIsExactly(UInt8(ascii: "\"")) else { throw malformed }
  }

  /// Skips a number, or `true`, `false` or `null`.
  private mutating func skipWord() throws(FallbackReason) {
    let start = position
    while let byte = peek, Self.isOfWord(byte) { position += 1 }
    if position == start { throw malformed }
  }

  /// Returns whether a byte may be part of a number, or of `true`, `false` or `null`.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// The next byte; `nil` at the end.
  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  /// Consumes a byte after white space. Throws ``FallbackReason`` if there is another one.
  private mutating func take(_ byte: UInt8) throws(FallbackReason) {
    guard nextIs(byte) else { throw malformed }
  }

  /// Consumes a byte after white space, if it is the next one. Returns whether it was.
  private mutating func nextIs(_ byte: UInt8) -> Bool {
    skipSpace()
    return nextIsExactly(byte)
  }

  /// Consumes a byte, if it is the next one. Returns whether it was.
  private mutating func nextIsExactly(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  /// Reads the character after a backslash. Paths with control characters, which need other escapes, are not
  /// supported.
  private mutating func escaped() throws(FallbackReason) -> [UInt8] {
    guard let byte = peek, "\"\\/".utf8.contains(byte) else { throw malformed }
    position += 1
    return [byte]
  }
}
