/// A pattern for paths, as in a `.gitignore`, with alternatives.
///
/// `*`, `?` and `[a-z]` match within a name. `**` between slashes matches any number of directories. `{a,b}`
/// matches one of several texts. A backslash makes the next character literal. Trailing spaces are ignored.
///
/// - Without a slash, except at the end, the pattern matches a name at any depth. With one it starts at the
///   project's root.
/// - With a slash at the end, it matches directories. A matched directory includes everything in it.
///   `build/**` matches the directory `build` of the project in the same way.
/// - `./a`, `a//b` and `a/./b` match the path that they mean to the file system. `../a` matches a path
///   outside the project.
package struct Glob: Equatable, Sendable {
  /// The pattern as it was written.
  private let text: String
  /// The alternatives of the pattern, without braces.
  private let alternatives: [GlobAlternative]

  /// Creates a pattern from any text. ``flaw`` tells whether it is useful.
  ///
  /// `root` is the directory to which the pattern is relative. A pattern may also name a path in `root`, or
  /// in one of the directories `outside`, by its absolute path.
  package init(_ pattern: String, root: String = "", outside: [String] = []) {
    text = pattern
    alternatives = expandedBraces(Array(Self.trimmed(pattern.utf8)))
      .map { GlobAlternative($0, root: root, outside: outside) }
  }

  /// Returns whether the pattern matches a file, or a directory that contains it. The path is relative to the
  /// root.
  package func matches(_ path: String) -> Bool { matches(path, isDirectory: false) }

  /// Returns whether the pattern matches a directory, or one that contains it. Everything in it is then
  /// matched.
  package func matchesAll(in directory: String) -> Bool { matches(directory, isDirectory: true) }

  /// Returns whether one of the alternatives matches a path.
  private func matches(_ path: String, isDirectory: Bool) -> Bool {
    if path.isEmpty || path.utf8.first == UInt8(ascii: "/") { return false }
    let bytes = Array(path.utf8)
    return alternatives.contains { $0.matches(bytes, isDirectory: isDirectory) }
  }

  /// Returns whether the pattern cannot match anything in or above any of these directories.
  package func cannotMatch(in directories: [String], root: String) -> Bool {
    alternatives.allSatisfy { $0.cannotMatch(in: directories, root: root) }
  }

  /// Whether the pattern can match a path that does not start at the root.
  package var isForAnyDepth: Bool { alternatives.contains(where: \.isForAnyDepth) }

  /// The absolute path that the pattern seems to mean, although it starts at the project's root like every
  /// pattern with a slash at the beginning; `nil` if there is none.
  package var absolutePath: String? {
    alternatives.count == 1 ? alternatives.first?.absolutePath : nil
  }

  package static func == (a: Glob, b: Glob) -> Bool { a.text == b.text && a.alternatives == b.alternatives }

  /// Returns the text without its trailing spaces. A space after a backslash is kept.
  private static func trimmed(_ text: String.UTF8View) -> Substring.UTF8View {
    var end = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let isSpace = text[index] == UInt8(ascii: " ")
      let isEscape = text[index] == UInt8(ascii: "\\")
      text.formIndex(after: &index)
      if isEscape, index < text.endIndex { text.formIndex(after: &index) }
      if !isSpace { end = index }
    }
    return text[..<end]
  }
}

// The detection of useless patterns.
extension Glob {
  /// The problem of the pattern and its correction; `nil` if there is none.
  package var flaw: String? {
    if text.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) {
      return "an empty pattern matches nothing; remove it"
    }
    if text.hasPrefix("!") {
      return
        "'\(text)': exclusions cannot be negated; list what to exclude, or write '\\!' for the character"
    }
    if alternatives.count > GlobAlternative.limit {
      return "'\(text)' has more than \(GlobAlternative.limit) alternatives; write several patterns"
    }
    if alternatives.contains(where: \.isMalformed) {
      return
        "'\(text)' matches nothing: a '[' is not closed, or a backslash is last; write '\\[' or '\\\\' for the "
        + "character"
    }
    return isForEverything ? "'\(text)' matches everything, so no save would start a build" : nil
  }

  /// Whether the pattern matches every path.
  private var isForEverything: Bool {
    ["a", "0", "é.b"].allSatisfy { matches($0) && matchesAll(in: $0) }
      || alternatives.contains(where: \.isForRoot)
  }
}
