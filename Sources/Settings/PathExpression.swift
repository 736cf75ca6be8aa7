/// A regular expression that matches a path if it matches any part of it.
package struct PathExpression: Sendable {
  private let expression: RegularExpression

  /// Parses an expression. Throws ``InvalidValue``.
  package init(_ text: String) throws(InvalidValue) {
    do { expression = try RegularExpression(text) } catch {
      throw InvalidValue("'\(text)' is not a regular expression: \(error)")
    }
  }

  /// Returns whether the expression matches a part of the path.
  package func matches(_ path: String) -> Bool { expression.matches(path) }
}
