/// The syntax tree of a regular expression, from which a ``StateMachine`` is made.
indirect enum Expression: Sendable, Equatable {
  case empty
  case scalar(ScalarSet)
  case assertion(Assertion)
  case sequence([Expression])
  case choice([Expression])
  /// A repetition. `atMost` is `nil` if there is no limit.
  case repeated(Expression, atLeast: Int, atMost: Int?)

  /// A condition on a position in the text.
  enum Assertion: Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary

    /// Returns whether the condition holds between two scalars. `nil` stands for an end of the text.
    func holds(_ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
      switch self {
      case .textStart: previous == nil
      case .textEnd: next == nil
      case .lineStart: previous == nil || previous == "\n"
      case .lineEnd: next == nil || next == "\n"
      case .wordBoundary: Self.isWord(previous) != Self.isWord(next)
      case .noWordBoundary: Self.isWord(previous) == Self.isWord(next)
      }
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
      scalar.map(CharacterClass.word.contains) ?? false
    }
  }

  /// Returns the number of states that the expression needs, or `limit + 1` if there are more than `limit`.
  func size(limit: Int) -> Int {
    switch self {
    case .empty: return 0
    case .scalar, .assertion: return 1
    case .sequence(let parts), .choice(let parts):
      var sum = 0
      for part in parts {
        sum += part.size(limit: limit) + 2
        if sum > limit { return limit + 1 }
      }
      return sum
    case .repeated(let part, let least, let most):
      let count = (most ?? least + 1) + 1
      let (size, isTooLarge) = (part.size(limit: limit) + 2).multipliedReportingOverflow(by: count)
      return isTooLarge ? limit + 1 : min(size, limit + 1)
    }
  }
}

/// The named character classes, which are ASCII as in RE2.
enum CharacterClass {
  static let digit = ScalarSet(0x30...0x39)
  static let word = ScalarSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
  static let space = ScalarSet(0x09...0x0A, 0x0C...0x0D, 0x20...0x20)

  /// The POSIX classes, such as `[[:alpha:]]`.
  static let named: [String: ScalarSet] = [
    "alnum": ScalarSet(0x30...0x39, 0x41...0x5A, 0x61...0x7A), "alpha": ScalarSet(0x41...0x5A, 0x61...0x7A),
    "ascii": ScalarSet(0...0x7F), "blank": ScalarSet(0x09...0x09, 0x20...0x20),
    "cntrl": ScalarSet(0...0x1F, 0x7F...0x7F), "digit": digit, "graph": ScalarSet(0x21...0x7E),
    "lower": ScalarSet(0x61...0x7A), "print": ScalarSet(0x20...0x7E),
    "punct": ScalarSet(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E),
    "space": ScalarSet(0x09...0x0D, 0x20...0x20), "upper": ScalarSet(0x41...0x5A), "word": word,
    "xdigit": ScalarSet(0x30...0x39, 0x41...0x46, 0x61...0x66),
  ]
}
