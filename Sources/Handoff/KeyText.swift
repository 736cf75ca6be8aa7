// How a path is written in a key, which is a part of a message (`write_word` in `names.c`).
extension String {
  /// With other bytes than letters, digits and signs as `\` and two digits.
  var escapedForKey: String {
    utf8.map { byte in
      let isPlain = byte > UInt8(ascii: " ") && byte < 127 && byte != UInt8(ascii: "\\")
      let digits = String(byte, radix: 16)
      return isPlain ? String(UnicodeScalar(byte)) : "\\\(byte < 16 ? "0" : "")\(digits)"
    }.joined()
  }

  /// As it was, for people; what would have an effect on a terminal stays escaped.
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
