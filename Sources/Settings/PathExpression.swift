/// A regular expression for paths. It describes a path of which any part matches.
package struct PathExpression: Sendable {
  private let expression: RegularExpression

  /// Throws what is wrong with the text.
  package init(_ text: String) throws(InvalidValue) {
    do { expression = try RegularExpression(text) } catch {
      throw InvalidValue("'\(text)' is no regular expression: \(error)")
    }
  }

  /// Whether it matches a part of the path.
  package func matches(_ path: String) -> Bool { expression.matches(path) }
}
