/// A regular expression for paths, in the syntax of Swift's `Regex`. It describes a path of which any part matches.
package struct PathExpression: Sendable {
  // A compiled expression is never changed.
  private nonisolated(unsafe) let regex: Regex<AnyRegexOutput>

  /// Throws what is wrong with the text.
  package init(_ text: String) throws(InvalidValue) {
    do { regex = try Regex(text) } catch {
      throw InvalidValue("'\(text)' is no regular expression: \(error)")
    }
  }

  /// Whether it matches a part of the path.
  package func matches(_ path: String) -> Bool { (try? regex.firstMatch(in: path)) != nil }
}
