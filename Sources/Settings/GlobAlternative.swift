internal import GitIgnore

/// A normalised ``Glob`` without braces.
struct GlobAlternative: Equatable, Sendable {
  /// The maximum number of alternatives of a pattern.
  static let limit = 256

  /// The names, or patterns for names. `..` occurs only at the beginning.
  private var components: [ArraySlice<UInt8>]
  /// Whether the pattern starts with a slash, and is not in the root or in one of the directories outside.
  private var isWrittenAbsolute: Bool
  /// Whether the pattern only matches directories.
  private let isForDirectories: Bool
  /// Whether the pattern starts at the root, and not in any directory.
  private let isAnchored: Bool
  /// The matcher of the joined components.
  private let wildcard: Wildcard

  private static let slash = UInt8(ascii: "/")
  private static let up = Array("..".utf8)[...]
  private static let anyDirectories = Array("**".utf8)[...]

  /// Parses and normalises a pattern. See ``Glob/init(_:root:outside:)``.
  init(_ pattern: [UInt8], root: String, outside: [String]) {
    let names = pattern.split(separator: Self.slash).filter { !$0.elementsEqual(".".utf8) }
    let last = pattern.split(separator: Self.slash, omittingEmptySubsequences: false).last
    var isForDirectories = last?.isEmpty == true || last?.elementsEqual(".".utf8) == true
    // A slash after the last name does not anchor the pattern.
    let end = names.last?.endIndex ?? 0
    var isAnchored = pattern[..<end].contains(Self.slash)
    var components: [ArraySlice<UInt8>] = []
    for name in names {
      if name == Self.up, let previous = components.last, previous != Self.up, previous != Self.anyDirectories
      {
        components.removeLast()
      } else {
        components.append(name)
      }
    }
    isWrittenAbsolute = pattern.first == Self.slash
    if isWrittenAbsolute, let relative = Self.relative(components, root: root, outside: outside) {
      components = relative
      isWrittenAbsolute = false
    } else if components.first == Self.up, !root.isEmpty {
      components = Self.relative(toRoot: root, beyond: components)
    }
    if isWrittenAbsolute { components = Array(components.drop { $0 == Self.up }) }
    while components.count > 1, components.last == Self.anyDirectories {
      components.removeLast()
      isForDirectories = true
    }
    while components.count > 1, components.first == Self.anyDirectories, isAnchored {
      if components.count > 2 && components[1] != Self.anyDirectories { break }
      components.removeFirst()
      isAnchored = components.count > 1
    }
    self.components = components
    self.isForDirectories = isForDirectories
    self.isAnchored = isAnchored
    wildcard = Wildcard(Array(components.joined(separator: [Self.slash]))[...])
  }

  /// Returns the components of an absolute path relative to the root; `nil` if it is neither in the root nor
  /// in one of the directories outside.
  private static func relative(
    _ components: [ArraySlice<UInt8>], root: String, outside: [String]
  ) -> [ArraySlice<UInt8>]? {
    let own = names(of: root)
    if components.count > own.count, !own.isEmpty, components.starts(with: own) {
      return Array(components[own.count...])
    }
    guard outside.contains(where: { components.starts(with: names(of: $0)) }) else { return nil }
    let common = zip(components, own).prefix { $0 == $1 }.count
    return Array(repeating: up, count: own.count - common) + components[common...]
  }

  /// Shortens a path that leaves the root and enters it again.
  private static func relative(
    toRoot root: String, beyond components: [ArraySlice<UInt8>]
  ) -> [ArraySlice<UInt8>] {
    let own = names(of: root)
    let ups = components.prefix { $0 == up }.count
    var rest = components[ups...]
    var left = min(ups, own.count)
    while left > 0, let first = rest.first, first == own[own.count - left] {
      rest = rest.dropFirst()
      left -= 1
    }
    return Array(repeating: up, count: left) + rest
  }

  /// Returns the names in a path.
  private static func names(of path: String) -> [ArraySlice<UInt8>] {
    path.utf8.split(separator: slash).map { Array($0)[...] }
  }

  /// Returns whether the pattern matches this path, or a directory that contains it.
  func matches(_ path: [UInt8], isDirectory: Bool) -> Bool {
    if components.isEmpty { return false }
    // `*/x` does not match `../x`.
    let isAbove = path.prefix { $0 != Self.slash } == Self.up
    if isAbove, !isForAnyDepth, components.first != Self.up { return false }
    var start = 0
    while start <= path.count {
      let end = path[start...].firstIndex(of: Self.slash) ?? path.count
      let isWanted = end < path.count || isDirectory || !isForDirectories
      let name = path[start..<end]
      if isWanted, isAnchored ? wildcard.matches(path[..<end]) : name != Self.up && wildcard.matches(name) {
        return true
      }
      start = end + 1
    }
    return false
  }

  /// Whether a bracket is not closed, or a backslash is the last character.
  var isMalformed: Bool { wildcard.isMalformed }

  /// Whether the pattern means the root itself, or a directory that contains it.
  var isForRoot: Bool { components.allSatisfy { $0 == Self.up } }

  /// Whether the pattern can match a path that does not start at the root.
  var isForAnyDepth: Bool { !isAnchored || components.first == Self.anyDirectories }

  /// Returns whether the pattern cannot match anything in or above any of these directories.
  func cannotMatch(in directories: [String], root: String) -> Bool {
    guard components.first == Self.up else { return false }
    let ups = components.prefix { $0 == Self.up }.count
    let base = Self.names(of: root).dropLast(ups)
    let own = base + components[ups...].prefix { !$0.contains(where: Self.isSpecial) }
    return !directories.map(Self.names).contains { $0.starts(with: own) || own.starts(with: $0) }
  }

  /// The path as it was written, if it starts with a slash and at least two literal names; otherwise `nil`.
  var absolutePath: String? {
    guard isWrittenAbsolute, components.count > 1 else { return nil }
    let names = components.prefix { !$0.contains(where: Self.isSpecial) }
    return names.count < 2
      ? nil : "/" + String(decoding: Array(names.joined(separator: [Self.slash])), as: UTF8.self)
  }

  /// Returns whether a byte has a meaning in patterns.
  private static func isSpecial(_ byte: UInt8) -> Bool { "*?[\\".utf8.contains(byte) }

  static func == (a: GlobAlternative, b: GlobAlternative) -> Bool {
    (a.components, a.isForDirectories, a.isAnchored) == (b.components, b.isForDirectories, b.isAnchored)
  }
}

/// Returns the alternatives of a pattern with `{a,b}`. If there are more than ``GlobAlternative/limit``, the
/// result has one more than that. A brace that is not closed, escaped or in brackets is literal.
func expandedBraces(_ pattern: [UInt8]) -> [[UInt8]] {
  var open: [[UInt8]] = [pattern]
  var done: [[UInt8]] = []
  while let next = open.popLast(), done.count <= GlobAlternative.limit {
    guard let (before, choices, after) = firstBraces(next) else {
      done.append(next)
      continue
    }
    if open.count + choices.count > GlobAlternative.limit {
      return Array(repeating: pattern, count: GlobAlternative.limit + 1)
    }
    open += choices.reversed().map { Array(before + $0 + after) }
  }
  return done
}

/// Returns the first closed braces of a pattern: the text before them, their choices, and the text after
/// them.
private func firstBraces(_ pattern: [UInt8]) -> (ArraySlice<UInt8>, [ArraySlice<UInt8>], ArraySlice<UInt8>)? {
  var open: [Int] = []
  var commas: [Int] = []
  var index = 0
  while index < pattern.count {
    switch pattern[index] {
    case UInt8(ascii: "\\"): index += 1
    case UInt8(ascii: "["):
      // A closing bracket at the beginning is a member.
      let first = index + (index + 1 < pattern.count && "!^".utf8.contains(pattern[index + 1]) ? 3 : 2)
      if let close = pattern[min(first, pattern.count)...].firstIndex(of: UInt8(ascii: "]")) { index = close }
    case UInt8(ascii: "{"): open.append(index)
    case UInt8(ascii: ","): if open.count == 1 { commas.append(index) }
    case UInt8(ascii: "}"):
      guard let start = open.popLast() else { break }
      if !open.isEmpty { break }
      var choices: [ArraySlice<UInt8>] = []
      var from = start + 1
      for comma in commas + [index] {
        choices.append(pattern[from..<comma])
        from = comma + 1
      }
      return (pattern[..<start], choices, pattern[(index + 1)...])
    default: break
    }
    index += 1
  }
  return nil
}
