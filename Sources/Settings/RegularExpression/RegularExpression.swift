/// A regular expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax), as Go, ripgrep and air have it:
/// there is nothing in it that takes more than linear time, so no look-ahead, no look-behind and no back reference.
///
/// Scalars of Unicode are compared. `\d`, `\w`, `\s` and `\b` are those of ASCII.
package struct RegularExpression: Sendable, Equatable {
  /// What is wrong with a text that is no expression.
  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let reason: String
    /// The place in the text, in scalars from its beginning.
    package let offset: Int

    package var description: String { "\(reason), at character \(offset + 1)" }
  }

  private let machine: StateMachine

  /// Reads an expression. Throws what is wrong with the text.
  package init(_ text: String) throws(Failure) {
    var parser = RegularExpressionParser(text)
    guard let machine = StateMachine(try parser.parse()) else {
      throw Failure(reason: "too many states: smaller repetitions are needed", offset: 0)
    }
    self.machine = machine
  }

  /// Whether it matches a part of the text.
  package func matches(_ text: String) -> Bool { machine.matchesPart(of: text) }
}
