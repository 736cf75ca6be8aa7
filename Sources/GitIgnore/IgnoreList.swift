/// One file of patterns as gitignore(5) describes it: a `.gitignore`, `.git/info/exclude`, or the user's own.
package struct IgnoreList: Sendable {
  /// A line that is a pattern.
  package struct Pattern: Sendable {
    /// As it is written, without trailing spaces.
    package let text: String
    /// From 1 on.
    package let line: Int
    /// `!`: what it matches is not ignored after all.
    package let isNegated: Bool
    /// It ends with a slash.
    let isForDirectories: Bool
    /// Without a slash it is for names, at any depth.
    let isForNames: Bool
    let wildcard: Wildcard
  }

  /// Where it was read.
  package let path: String
  /// In the order of the file; the last one that matches decides.
  let patterns: [Pattern]

  /// Reads a file; no text is wrong. `ignoresCase`: as git does with `core.ignoreCase`.
  package init(_ bytes: [UInt8], path: String, ignoresCase: Bool = false) {
    self.path = path
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    patterns = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
      .compactMap { Pattern($1, line: $0 + 1, ignoresCase: ignoresCase) }
  }

  /// The last pattern that matches. `below` is the path from the directory of the file on; `name` its last component.
  func lastMatch(_ below: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isDirectory: Bool) -> Pattern? {
    patterns.last { pattern in
      (isDirectory || !pattern.isForDirectories)
        && pattern.wildcard.matches(pattern.isForNames ? name : below)
    }
  }
}

extension IgnoreList.Pattern {
  /// Nil for a line that is empty or a comment.
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

  /// Trailing spaces do not count unless one is escaped.
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
