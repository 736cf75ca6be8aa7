/// Parses the text of a ``RegularExpression``.
struct RegularExpressionParser {
  typealias Failure = RegularExpression.Failure

  /// The flags that `(?ims)` changes.
  struct Flags {
    /// Whether letters match in both cases (`i`).
    var ignoresCase = false
    /// Whether `^` and `$` match at the ends of lines (`m`).
    var isMultiline = false
    /// Whether `.` matches a newline (`s`).
    var dotMatchesNewline = false
  }

  /// The maximum nesting of groups, which limits the use of the stack.
  private static let deepest = 200
  /// The maximum count in `{m,n}`, as in RE2.
  private static let most = 1000

  let scalars: [Unicode.Scalar]
  /// The index of the next scalar.
  var index = 0
  var flags = Flags()
  /// The current nesting of groups.
  private var depth = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// Parses the whole text.
  mutating func parse() throws(Failure) -> Expression {
    let expression = try choice()
    if index < scalars.count { throw failure("there is no '(' for this ')'", at: index) }
    return expression
  }

  /// Returns the scalar at a distance from the next one; `nil` at the end.
  func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    index + distance < scalars.count ? scalars[index + distance] : nil
  }

  /// Consumes `text` if it is next. Returns whether it was.
  mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  func failure(_ reason: String, at offset: Int) -> Failure { Failure(reason: reason, offset: offset) }

  /// Parses alternatives.
  private mutating func choice() throws(Failure) -> Expression {
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  /// Parses a sequence of repetitions.
  private mutating func sequence() throws(Failure) -> Expression {
    var parts: [Expression] = []
    while let next = peek(), next != "|", next != ")" {
      if take("\\Q") {
        while index < scalars.count, !take("\\E") { parts.append(literal()) }
        if let last = parts.popLast() { parts.append(try repetition(of: last)) }
      } else {
        parts.append(try repetition(of: atom()))
      }
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  /// Parses a literal scalar.
  private mutating func literal() -> Expression {
    defer { index += 1 }
    return .scalar(ScalarSet(scalars[index], ignoresCase: flags.ignoresCase))
  }

  /// Parses an item that can be repeated.
  private mutating func atom() throws(Failure) -> Expression {
    let start = index
    switch scalars[index] {
    case "(": return try group()
    case "[": return .scalar(try bracket())
    case "\\": return try escape()
    case "*", "+", "?": throw failure("nothing to repeat", at: start)
    case "{" where try counts() != nil: throw failure("nothing to repeat", at: start)
    case ".":
      index += 1
      return .scalar(flags.dotMatchesNewline ? ScalarSet(0...0x10FFFF) : ScalarSet("\n").inverted)
    case "^":
      index += 1
      return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$":
      index += 1
      return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    default: return literal()
    }
  }

  /// Parses the repetition after an item.
  private mutating func repetition(of part: Expression) throws(Failure) -> Expression {
    guard let (least, most) = try bounds() else { return part }
    _ = take("?")  // laziness does not change whether a text matches
    let next = index
    if try bounds() != nil {
      throw failure("a repetition is repeated; put it into parentheses", at: next)
    }
    return .repeated(part, atLeast: least, atMost: most)
  }

  /// Parses the bounds of a repetition. Returns `nil` if there is none.
  private mutating func bounds() throws(Failure) -> (Int, Int?)? {
    switch peek() {
    case "*":
      index += 1
      return (0, nil)
    case "+":
      index += 1
      return (1, nil)
    case "?":
      index += 1
      return (0, 1)
    case "{": return try counts()
    default: return nil
    }
  }

  /// Parses `{2}`, `{2,}` or `{2,3}`. Returns `nil` if the brace is literal.
  private mutating func counts() throws(Failure) -> (Int, Int?)? {
    let start = index
    index += 1
    guard let least = number() else {
      index = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = number() }
    guard take("}") else {
      index = start
      return nil
    }
    if least > Self.most || most ?? 0 > Self.most {
      throw failure("more than \(Self.most) repetitions", at: start)
    }
    if let most, most < least {
      throw failure("the bounds of a repetition are out of order", at: start)
    }
    return (least, most)
  }

  /// Parses a decimal number. Returns `nil` if there is none.
  private mutating func number() -> Int? {
    let start = index
    while let next = peek(), ("0"..."9").contains(next) { index += 1 }
    if index == start { return nil }
    return Int(String(String.UnicodeScalarView(scalars[start..<index]))) ?? .max
  }

  /// Parses a group.
  private mutating func group() throws(Failure) -> Expression {
    let start = index
    let outer = flags
    index += 1
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest { throw failure("groups are nested too deeply", at: start) }
    if take("?"), try !beginsGroup(at: start) { return .empty }
    let inner = try choice()
    guard take(")") else { throw failure("there is no ')' for this '('", at: start) }
    flags = outer
    return inner
  }

  /// Parses the text after `(?`. Returns false if it sets flags for the rest of the enclosing group.
  private mutating func beginsGroup(at start: Int) throws(Failure) -> Bool {
    for (mark, name) in [("=", "ahead"), ("!", "ahead"), ("<=", "behind"), ("<!", "behind")] where take(mark)
    {
      throw failure("looking \(name) is not supported, as it could take exponential time", at: start)
    }
    if take("P<") || take("<") {
      while let next = peek(), next.properties.isAlphabetic || CharacterClass.word.contains(next) {
        index += 1
      }
      guard scalars[index - 1] != "<", take(">") else {
        throw failure("an invalid name of a group", at: start)
      }
      return true
    }
    var value = true
    while let next = peek() {
      index += 1
      switch next {
      case "i": flags.ignoresCase = value
      case "m": flags.isMultiline = value
      case "s": flags.dotMatchesNewline = value
      case "U": break  // laziness does not matter
      case "-" where value: value = false
      case ":": return true
      case ")": return false
      default: throw failure("an unknown kind of group", at: start)
      }
    }
    throw failure("there is no ')' for this '('", at: start)
  }
}
