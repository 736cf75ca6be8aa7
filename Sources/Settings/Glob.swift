/// A pattern for paths, as in a `.gitignore`, with alternatives: `*`, `?` and `[a-z]` stay within a name, `**` between
/// slashes goes over any number of directories, `{a,b}` is one of several texts, and a backslash takes a character as it
/// is. Trailing spaces do not count.
///
/// - Without a slash, but at its end, it is for a name at any depth. With one it begins at the project's root.
/// - With a slash at its end it is for directories. A directory is meant with all that is in it, and so is `build/**`.
/// - `./a`, `a//b` and `a/./b` are what they are to the file system, and so is `../a`, for what is outside of the project.
package struct Glob: Equatable, Sendable {
  private let text: String
  private let alternatives: [GlobAlternative]

  /// Every text is a pattern; ``flaw`` says which of them describes nothing that somebody may want.
  ///
  /// `root` is the directory that the pattern is relative to, and `outside` are other directories of interest. A pattern
  /// may name what is in one of them by its absolute path.
  package init(_ pattern: String, root: String = "", outside: [String] = []) {
    text = pattern
    alternatives = expandedBraces(Array(Self.trimmed(pattern.utf8)))
      .map { GlobAlternative($0, root: root, outside: outside) }
  }

  /// Whether it describes the file at a path that is relative to the root, or a directory that this is in.
  package func matches(_ path: String) -> Bool { matches(path, isDirectory: false) }

  /// Whether it describes a directory, or one that this is in: with everything that is and will be in it.
  package func matchesAll(in directory: String) -> Bool { matches(directory, isDirectory: true) }

  private func matches(_ path: String, isDirectory: Bool) -> Bool {
    if path.isEmpty || path.utf8.first == UInt8(ascii: "/") { return false }
    let bytes = Array(path.utf8)
    return alternatives.contains { $0.matches(bytes, isDirectory: isDirectory) }
  }

  /// Whether it can describe nothing in, or above, any of these directories, whatever may come to be there.
  package func isForeign(to directories: [String], root: String) -> Bool {
    alternatives.allSatisfy { $0.isForeign(to: directories, root: root) }
  }

  /// Whether a part of a path can be described that does not begin at the root.
  package var isForAnyDepth: Bool { alternatives.contains(where: \.isForAnyDepth) }

  /// The absolute path of a directory or file outside of the project that the pattern seems to mean, though it begins at
  /// the project's root, as all that begin with a slash.
  package var absolutePath: String? {
    alternatives.count == 1 ? alternatives.first?.absolutePath : nil
  }

  package static func == (a: Glob, b: Glob) -> Bool { a.text == b.text && a.alternatives == b.alternatives }

  /// Without the spaces at its end, but for one that a backslash takes as it is.
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

// Patterns that nobody can want.
extension Glob {
  /// What is wrong with the pattern, and what to write; `nil` for one that is right.
  package var flaw: String? {
    if text.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) {
      return "an empty pattern describes nothing; remove it"
    }
    if text.hasPrefix("!") {
      return
        "'\(text)': nothing can be taken back; name what is to be left out, or write '\\!' for the character"
    }
    if alternatives.count > GlobAlternative.limit {
      return "'\(text)' has more than \(GlobAlternative.limit) alternatives; write several patterns"
    }
    if alternatives.contains(where: \.isMalformed) {
      return
        "'\(text)' describes nothing: a '[' is not closed, or a backslash is last; write '\\[' or '\\\\' for the "
        + "character"
    }
    return isForEverything ? "'\(text)' describes everything, so that no save would count" : nil
  }

  private var isForEverything: Bool {
    ["a", "0", "é.b"].allSatisfy { matches($0) && matchesAll(in: $0) }
      || alternatives.contains(where: \.isForRoot)
  }
}
