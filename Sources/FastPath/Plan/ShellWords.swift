/// Splits a command line of `swiftc -driver-print-jobs`, which is quoted for a POSIX shell. Returns `nil` if
/// a quote is not closed.
package func shellWords(_ line: String) -> [String]? {
  var words: [String] = []
  var word: [UInt8]?
  var quote: UInt8?
  var rest = Array(line.utf8)[...]
  let (single, double, backslash) = (UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"))
  while let byte = rest.popFirst() {
    switch (quote, byte) {
    case (nil, UInt8(ascii: " ")):
      if let complete = word { words.append(String(decoding: complete, as: UTF8.self)) }
      word = nil
    case (nil, single), (nil, double):
      quote = byte
      word = word ?? []
    case (let open?, _) where byte == open: quote = nil
    case (nil, backslash), (double, backslash):
      guard let escaped = rest.popFirst() else { return nil }
      if quote != nil, !"\\\"$`".utf8.contains(escaped) { word = (word ?? []) + [backslash] }
      word = (word ?? []) + [escaped]
    default:
      if word?.append(byte) == nil { word = [byte] }
    }
  }
  if let complete = word { words.append(String(decoding: complete, as: UTF8.self)) }
  return quote == nil ? words : nil
}
