/// A hash for each declaration of a source outside all braces, by its name. A hash covers what other sources
/// may see: the text without comments, blanks and function bodies. The sketch shows which declarations an
/// edit touches.
///
/// It is an estimate, and only the order of the jobs depends on it.
struct SourceSketch: Hashable, Sendable {
  /// The hash of each declaration, by the hash of its name. An extension counts as the type that it extends.
  /// The key 0 stands for text without a name.
  private var declarations: [UInt64: UInt64] = [:]

  private static func words(_ words: String) -> Set<[UInt8]> {
    Set(words.split(separator: " ").map { Array($0.utf8) })
  }
  /// The keywords of types, whose members others see.
  private static let types = words("actor class enum extension protocol struct")
  /// The keywords of other declarations.
  private static let others = words(
    "case deinit func init let macro operator precedencegroup subscript typealias var")

  /// Reads a source. Returns `nil` if its braces do not match.
  init?(_ bytes: [UInt8]) {
    var scanner = SourceScanner(bytes)
    var chunk = Chunk()
    var last: UInt64 = 0
    /// Whether each open brace is that of a type.
    var braces: [Bool] = []
    while let token = scanner.next() {
      let text = hashOfBytes(bytes[token.range])
      let isSeen = braces.allSatisfy(\.self)
      if isSeen, token.kind != .newline { chunk.hash = combineHash(chunk.hash, text) }
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

  /// The state of the declaration that is being read.
  private struct Chunk {
    /// A hash of the text that others may see.
    var hash: UInt64 = 0
    /// A hash of the name; 0 if there is none yet.
    var name: UInt64 = 0
    /// Whether the next word is the name.
    var isNamedNext = false
    /// Whether the last keyword was that of a type.
    var isType = false
  }

  /// Completes a declaration.
  private mutating func finish(_ chunk: inout Chunk, _ last: inout UInt64) {
    // Text without a name continues the declaration before it, such as a result type on its own line.
    if chunk.name != 0 { last = chunk.name }
    if chunk.hash != 0 { declarations[last] = combineHash(declarations[last] ?? 0, chunk.hash) }
    chunk = Chunk()
  }

  /// Returns the names of the declarations that differ; `nil` if any may differ.
  func changes(from other: SourceSketch) -> Set<UInt64>? {
    let names = Set(declarations.keys).union(other.declarations.keys)
    let changed = names.filter { declarations[$0] != other.declarations[$0] }
    return changed.contains(0) ? nil : changed
  }
}
