/// A wildcard pattern of gitignore(5), for a name or for a path below the directory of its file. It compares
/// bytes.
///
/// Matching follows all states of the pattern at once, so it never takes longer than the length of the
/// pattern times that of the text.
package struct Wildcard: Sendable {
  /// One element of a pattern.
  private enum Token: Sendable {
    case byte(UInt8)
    case set(ByteSet)
    /// `*`, any bytes except a slash.
    case name
    /// `**`, any bytes.
    case path
    /// The start of `**/`, which may match nothing at all.
    case optional
    /// A part that git finds malformed, so that the pattern matches nothing.
    case malformed
  }

  private static let slash = UInt8(ascii: "/")
  /// The elements of the pattern.
  private let tokens: [Token]
  /// Whether case is ignored, as with `core.ignoreCase`.
  private let ignoresCase: Bool

  /// Whether git finds the pattern malformed, for example because of a bracket that is not closed. It then
  /// matches nothing.
  package var isMalformed: Bool { tokens.contains { if case .malformed = $0 { true } else { false } } }

  /// Parses the part of a line between its `!` or leading slash and its trailing slash.
  package init(_ pattern: ArraySlice<UInt8>, ignoresCase: Bool = false) {
    self.ignoresCase = ignoresCase
    var tokens: [Token] = []
    var rest = pattern
    // git compares the text before the first special character by itself. The rest is a pattern of its own,
    // at whose start `**` stands for directories: `foo**/bar` matches `foo/x/bar`.
    var isStart = true
    while let first = rest.first {
      switch first {
      case UInt8(ascii: "*"):
        let stars = rest.prefix { $0 == UInt8(ascii: "*") }.count
        let isAfterSlash =
          isStart || rest.startIndex == pattern.startIndex || pattern[rest.startIndex - 1] == Self.slash
        rest = rest.dropFirst(stars)
        tokens += stars > 1 && isAfterSlash ? Self.stars(before: rest) : [.name]
        isStart = false
      case UInt8(ascii: "?"):
        tokens.append(.set(.any))
        rest = rest.dropFirst()
        isStart = false
      case UInt8(ascii: "["):
        tokens.append(ByteSet(&rest, ignoresCase: ignoresCase).map(Token.set) ?? .malformed)
        isStart = false
      case UInt8(ascii: "\\"):
        // git keeps the case of an escaped character even if case is ignored.
        tokens.append(rest.dropFirst().first.map(Token.byte) ?? .malformed)
        rest = rest.dropFirst(2)
        isStart = false
      default:
        tokens.append(.byte(ignoresCase ? first.lowercased : first))
        rest = rest.dropFirst()
      }
    }
    self.tokens = tokens
  }

  /// Returns the elements for `**` at the start of a component, before `rest`.
  private static func stars(before rest: ArraySlice<UInt8>) -> [Token] {
    switch rest.first {
    case nil: [.path]
    case slash: [.optional, .path]
    case UInt8(ascii: "\\") where rest.dropFirst().first == slash: [.path]
    default: [.name]
    }
  }

  /// Returns whether the pattern matches the whole of `text`.
  package func matches(_ text: ArraySlice<UInt8>) -> Bool {
    var index = 0
    // Up to the first star there is only one state.
    var rest = text
    while index < tokens.count, let byte = rest.first, let isSame = isSame(byte, as: tokens[index]) {
      if !isSame { return false }
      index += 1
      rest = rest.dropFirst()
    }
    if index == tokens.count { return rest.isEmpty }
    return tokens.count < 64 ? follow(from: index, rest) : followMany(from: index, rest)
  }

  /// Matches `text` with the set of states in one word, for up to 63 elements.
  private func follow(from start: Int, _ text: ArraySlice<UInt8>) -> Bool {
    var places = closure(of: 1 << UInt64(start))
    let end: UInt64 = 1 << UInt64(tokens.count)
    for byte in text {
      var next: UInt64 = 0
      var rest = places & ~end
      while rest != 0 {
        let index = rest.trailingZeroBitCount
        rest &= rest - 1
        switch tokens[index] {
        case .name: if byte != Self.slash { next |= 1 << UInt64(index) }
        case .path: next |= 1 << UInt64(index)
        case .optional: break
        case let token: if isSame(byte, as: token) == true { next |= 1 << UInt64(index + 1) }
        }
      }
      if next == 0 { return false }
      places = closure(of: next)
    }
    return places & end != 0
  }

  /// Returns the states with those that are reachable without a byte.
  private func closure(of places: UInt64) -> UInt64 {
    var places = places
    for index in places.trailingZeroBitCount..<tokens.count where places & 1 << UInt64(index) != 0 {
      switch tokens[index] {
      case .name, .path: places |= 1 << UInt64(index + 1)
      case .optional: places |= 1 << UInt64(index + 1) | 1 << UInt64(index + 3)
      default: break
      }
    }
    return places
  }

  /// Matches `text` with the set of states in an array.
  private func followMany(from start: Int, _ text: ArraySlice<UInt8>) -> Bool {
    var places = [Bool](repeating: false, count: tokens.count + 1)
    places[start] = true
    skip(&places)
    for byte in text {
      var next = [Bool](repeating: false, count: tokens.count + 1)
      for (index, token) in tokens.enumerated() where places[index] {
        switch token {
        case .name: if byte != Self.slash { next[index] = true }
        case .path: next[index] = true
        default: if isSame(byte, as: token) == true { next[index + 1] = true }
        }
      }
      skip(&next)
      places = next
    }
    return places[tokens.count]
  }

  /// Adds the states that are reachable without a byte, as ``closure(of:)`` does for a word.
  private func skip(_ places: inout [Bool]) {
    for (index, token) in tokens.enumerated() where places[index] {
      switch token {
      case .name, .path: places[index + 1] = true
      case .optional:
        places[index + 1] = true
        places[index + 3] = true
      default: break
      }
    }
  }

  /// Returns whether an element matches a byte. `nil` for an element that does not stand for a single byte.
  private func isSame(_ byte: UInt8, as token: Token) -> Bool? {
    switch token {
    case .byte(let wanted): (ignoresCase ? byte.lowercased : byte) == wanted
    case .set(let set): byte != Self.slash && set.contains(ignoresCase ? byte.lowercased : byte)
    case .malformed: false
    case .name, .path, .optional: nil
    }
  }
}

extension UInt8 {
  /// This byte, in lower case if it is an ASCII letter.
  var lowercased: UInt8 { isUppercase ? self + 32 : self }
  var isUppercase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  var isLowercase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
