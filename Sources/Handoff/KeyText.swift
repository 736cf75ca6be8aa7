// The escaping of a path in a key, which is part of a message (`write_word` in `listener_key.c`).
extension String {
  /// This text with `\` and two hexadecimal digits in place of blanks, backslashes and all bytes that are not
  /// printable ASCII.
  var escapedForKey: String {
    utf8.map { byte in
      let isPlain = byte > UInt8(ascii: " ") && byte < 127 && byte != UInt8(ascii: "\\")
      let digits = String(byte, radix: 16)
      return isPlain ? String(UnicodeScalar(byte)) : "\\\(byte < 16 ? "0" : "")\(digits)"
    }.joined()
  }

  /// The text before ``escapedForKey``, for messages. A text with control characters, which could affect a
  /// terminal, stays escaped.
  package var unescapedFromKey: String {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      let escaped = byte == UInt8(ascii: "\\") ? UInt8(String(rest.prefix(2)) ?? "", radix: 16) : nil
      if escaped != nil { rest = rest.dropFirst(2) }
      bytes.append(escaped ?? byte)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.unicodeScalars.contains { $0.properties.generalCategory == .control } ? self : text
  }
}
