/// A regular expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax), which Go, ripgrep
/// and air use. Matching takes linear time, so there is no look-ahead, no look-behind and no back reference.
///
/// Unicode scalars are compared. `\d`, `\w`, `\s` and `\b` are ASCII.
package struct RegularExpression: Sendable, Equatable {
  /// The error for a text that is not an expression.
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let reason: String
    /// The position in the text, in scalars from 0.
    package let offset: Int

    package var description: String { "\(reason), at character \(offset + 1)" }
  }

  private let machine: StateMachine

  /// Parses an expression. Throws ``Failure``.
  package init(_ text: String) throws(Failure) {
    var parser = RegularExpressionParser(text)
    guard let machine = StateMachine(try parser.parse()) else {
      throw Failure(reason: "too many states; use smaller repetitions", offset: 0)
    }
    self.machine = machine
  }

  /// Returns whether the expression matches a part of the text.
  package func matches(_ text: String) -> Bool { machine.matchesPart(of: text) }
}
