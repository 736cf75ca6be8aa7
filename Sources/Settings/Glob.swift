/// A pattern for paths: `*` and `?` stay within a name, `**` goes over any number of directories, `[a-z]` and `{a,b}` are
/// alternatives. A pattern without a slash is one for the last name, at any depth.
package struct Glob: Equatable, Sendable {
  private let alternatives: [[Character]]
  private let isForNames: Bool

  /// Every text is a pattern: what cannot be one stands for itself.
  package init(_ pattern: String) {
    isForNames = !pattern.contains("/")
    alternatives = Self.expanded(Array(pattern))
  }

  /// Whether it matches a directory itself or, as `build/**` does, everything that is and will be in it.
  package func matchesAll(in directory: String) -> Bool {
    matches(directory) || stem.contains { $0.matches(directory) }
  }

  /// Of a pattern that ends with `/**`, what comes before that.
  private var stem: [Glob] {
    let ending: [Character] = ["/", "*", "*"]
    let stems = alternatives.filter { $0.suffix(3) == ending[...] }.map { Array($0.dropLast(3)) }
    return stems.isEmpty ? [] : [Glob(alternatives: stems)]
  }

  private init(alternatives: [[Character]]) {
    self.alternatives = alternatives
    isForNames = false
  }

  /// Whether it matches a path that is relative to where it was written.
  package func matches(_ path: String) -> Bool {
    let text =
      isForNames ? path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...] : path[...]
    let characters = Array(text)
    return alternatives.contains { Self.matches($0[...], characters[...]) }
  }

  private static func expanded(_ pattern: [Character]) -> [[Character]] {
    guard let open = pattern.firstIndex(of: "{"), let close = pattern[open...].firstIndex(of: "}") else {
      return [pattern]
    }
    return pattern[(open + 1)..<close].split(separator: ",", omittingEmptySubsequences: false).flatMap {
      expanded(Array(pattern[..<open] + $0 + pattern[(close + 1)...]))
    }
  }

  private static func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case "*" where rest.first == "*":
      let after = rest.dropFirst()
      if after.first == "/" {  // also no directory at all
        if matches(after.dropFirst(), text) { return true }
        return text.indices.contains { text[$0] == "/" && matches(after.dropFirst(), text[($0 + 1)...]) }
      }
      return (text.startIndex...text.endIndex).contains { matches(after, text[$0...]) }
    case "*":
      var end = text.startIndex
      while true {
        if matches(rest, text[end...]) { return true }
        guard end < text.endIndex, text[end] != "/" else { return false }
        end += 1
      }
    case "?": return text.first.map { $0 != "/" } == true && matches(rest, text.dropFirst())
    case "[":
      guard let close = rest.dropFirst().firstIndex(of: "]"), let character = text.first else { break }
      return character != "/" && isMember(character, of: rest[rest.startIndex..<close])
        && matches(pattern[(close + 1)...], text.dropFirst())
    default: break
    }
    return text.first == first && matches(rest, text.dropFirst())
  }

  private static func isMember(_ character: Character, of set: ArraySlice<Character>) -> Bool {
    let isNegated = set.first == "!" || set.first == "^"
    var rest = isNegated ? set.dropFirst() : set
    while let low = rest.popFirst() {
      var high = low
      if rest.first == "-", rest.count > 1 {
        high = rest[rest.startIndex + 1]
        rest = rest.dropFirst(2)
      }
      if low <= character, character <= high { return !isNegated }
    }
    return isNegated
  }
}
