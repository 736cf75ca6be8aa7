/// Splits bytes that arrive in pieces into lines. The time is linear in the number of bytes, and the memory
/// is limited by the maximum length of a line.
struct LineSplitter {
  /// The maximum length in bytes of an unfinished line that is delivered. Prompts are shorter.
  private static let longestBeginning = 4096

  /// The maximum length of a line in bytes.
  private let longest: Int
  /// The current line.
  private var line: [UInt8] = []
  /// The number of bytes that were left out of the current line.
  private var cut = 0

  /// Creates a splitter. The rest of a line after `longest` bytes is left out, and replaced by its length.
  init(longest: Int = .max) { self.longest = longest }

  /// Adds bytes. `handler` gets each complete line, and the beginning of an unfinished one.
  mutating func take(_ bytes: [UInt8], _ handler: (_ line: String, _ isComplete: Bool) -> Void) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<end])
      endLine(handler)
      rest = rest[(end + 1)...]
    }
    append(rest)
    if !line.isEmpty, line.count <= Self.longestBeginning {
      handler(String(decoding: line, as: UTF8.self), false)
    }
  }

  /// Delivers the last line if it has no end.
  mutating func finish(_ handler: (_ line: String, _ isComplete: Bool) -> Void) {
    if !line.isEmpty { endLine(handler) }
  }

  /// Adds bytes to the current line, up to the maximum length.
  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    let part = bytes.prefix(longest - line.count)
    line += part
    cut += bytes.count - part.count
  }

  /// Delivers the current line.
  private mutating func endLine(_ handler: (String, Bool) -> Void) {
    let text = String(decoding: line, as: UTF8.self)
    handler(cut == 0 ? text : "\(text)… (\(cut) more bytes)", true)
    line.removeAll(keepingCapacity: line.count <= Self.longestBeginning)
    cut = 0
  }
}
