/// The declarations of a source outside of all braces, by name, each with a hash of what others may see of it: its text but
/// for comments, blanks and the bodies of functions. Which of them an edit touches says who may be concerned.
///
/// It is a guess, on which nothing but the order of work depends.
struct SourceSketch: Hashable, Sendable {
  /// By the hash of the name. Extensions count to the type that they extend; 0 is what has no name.
  private var declarations: [UInt64: UInt64] = [:]

  private static func words(_ words: String) -> Set<[UInt8]> {
    Set(words.split(separator: " ").map { Array($0.utf8) })
  }
  private static let types = words("actor class enum extension protocol struct")
  private static let others = words(
    "case deinit func init let macro operator precedencegroup subscript typealias var")

  /// Reads a text; `nil` if its braces do not match.
  init?(_ bytes: [UInt8]) {
    var scanner = SourceScanner(bytes)
    var chunk = Chunk()
    var last: UInt64 = 0
    /// Of each open brace, whether it is a type's.
    var braces: [Bool] = []
    while let token = scanner.next() {
      let text = hashOfBytes(bytes[token.range])
      let isSeen = braces.allSatisfy(\.self)
      if isSeen, token.kind != .newline { chunk.hash = mixed(chunk.hash, text) }
      switch token.kind {
      case .word where isSeen:
        let word = Array(bytes[token.range])
        let isType = Self.types.contains(word)
        if isType || Self.others.contains(word) {
          chunk.isType = isType
          chunk.isNamedNext = braces.isEmpty && chunk.name == 0
        } else if chunk.isNamedNext {
          (chunk.name, chunk.isNamedNext) = (text, false)
        }
      case .open:
        braces.append(chunk.isType)
        chunk.isType = false
      case .close:
        if braces.popLast() == nil { return nil }
        if braces.isEmpty { finish(&chunk, &last) }
      case .newline where braces.isEmpty && chunk.name != 0 && scanner.isOutsideOfParentheses:
        finish(&chunk, &last)
      case .word, .newline, .other: break
      }
    }
    if !braces.isEmpty { return nil }
    finish(&chunk, &last)
  }

  private struct Chunk {
    var hash: UInt64 = 0
    var name: UInt64 = 0
    var isNamedNext = false
    var isType = false
  }

  private mutating func finish(_ chunk: inout Chunk, _ last: inout UInt64) {
    // Without a name it is the rest of the one before, as a result on a line of its own.
    if chunk.name != 0 { last = chunk.name }
    if chunk.hash != 0 { declarations[last] = mixed(declarations[last] ?? 0, chunk.hash) }
    chunk = Chunk()
  }

  /// The names of what differs; `nil` where that may be anything.
  func changes(from other: SourceSketch) -> Set<UInt64>? {
    let names = Set(declarations.keys).union(other.declarations.keys)
    let changed = names.filter { declarations[$0] != other.declarations[$0] }
    return changed.contains(0) ? nil : changed
  }
}
