/// The patterns of one file (gitignore(5)): a `.gitignore`, `.git/info/exclude`, or the user's own file.
package struct IgnoreList: Sendable {
  /// A line that has a pattern.
  package struct Pattern: Sendable {
    /// The pattern as it is written, without trailing spaces.
    package let text: String
    /// The number of the line, from 1.
    package let line: Int
    /// Whether the pattern begins with `!`, so that paths that match it are not ignored.
    package let isNegated: Bool
    /// Whether the pattern ends with a slash, so that it matches only directories.
    let isForDirectories: Bool
    /// Whether the pattern has no other slash, so that it is compared with names at any depth.
    let isForNames: Bool
    /// The pattern without its `!` and its outer slashes.
    let wildcard: Wildcard
  }

  /// The path of the file.
  package let path: String
  /// The patterns in the order of the file. The last one that matches decides.
  let patterns: [Pattern]

  /// Parses a file. Any text is valid. `ignoresCase` is whether case is ignored, as with `core.ignoreCase`.
  package init(_ bytes: [UInt8], path: String, ignoresCase: Bool = false) {
    self.path = path
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    patterns = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
      .compactMap { Pattern($1, line: $0 + 1, ignoresCase: ignoresCase) }
  }

  /// Returns the last pattern that matches, or `nil` if none does. `below` is the path below the directory of
  /// the file, and `name` its last component.
  func lastMatch(_ below: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isDirectory: Bool) -> Pattern? {
    patterns.last { pattern in
      (isDirectory || !pattern.isForDirectories)
        && pattern.wildcard.matches(pattern.isForNames ? name : below)
    }
  }
}

extension IgnoreList.Pattern {
  /// Parses a line. `nil` if it is empty or a comment.
  fileprivate init?(_ line: ArraySlice<UInt8>, line number: Int, ignoresCase: Bool) {
    var line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    if line.first == UInt8(ascii: "#") { return nil }
    line = line[..<Self.endWithoutSpaces(line)]
    if line.isEmpty { return nil }
    text = String(decoding: line, as: UTF8.self)
    self.line = number
    isNegated = line.first == UInt8(ascii: "!")
    var pattern = isNegated ? line.dropFirst() : line
    isForDirectories = pattern.last == UInt8(ascii: "/")
    if isForDirectories { pattern = pattern.dropLast() }
    isForNames = !pattern.contains(UInt8(ascii: "/"))
    if pattern.first == UInt8(ascii: "/") { pattern = pattern.dropFirst() }
    wildcard = Wildcard(pattern, ignoresCase: ignoresCase)
  }

  /// Returns the end of the line without trailing spaces. An escaped space is kept.
  private static func endWithoutSpaces(_ line: ArraySlice<UInt8>) -> Int {
    var end = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      let isEscape = line[index] == UInt8(ascii: "\\")
      let isSpace = line[index] == UInt8(ascii: " ")
      index = min(index + (isEscape ? 2 : 1), line.endIndex)
      if !isSpace { end = index }
    }
    return end
  }
}
