/// Makes lines of bytes that come in pieces, in a time that is linear in their number, and a memory that the longest line
/// that is wanted decides.
struct LineSplitter {
  /// How long a line without an end may be to be told of already: a prompt, say.
  private static let longestBeginning = 4096

  private let longest: Int
  private var line: [UInt8] = []
  /// Bytes of the line that there was no room for.
  private var cut = 0

  /// `longest`: in bytes. Of a longer line the rest is left out, and how much that was is said.
  init(longest: Int = .max) { self.longest = longest }

  /// Takes what has come. `handler` gets every line, and the beginning of one whose end has not come yet.
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

  /// Takes it that no more will come.
  mutating func finish(_ handler: (_ line: String, _ isComplete: Bool) -> Void) {
    if !line.isEmpty { endLine(handler) }
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    let part = bytes.prefix(longest - line.count)
    line += part
    cut += bytes.count - part.count
  }

  private mutating func endLine(_ handler: (String, Bool) -> Void) {
    let text = String(decoding: line, as: UTF8.self)
    handler(cut == 0 ? text : "\(text)… (\(cut) more bytes)", true)
    line.removeAll(keepingCapacity: line.count <= Self.longestBeginning)
    cut = 0
  }
}
