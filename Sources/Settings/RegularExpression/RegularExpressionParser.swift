/// Reads the text of a ``RegularExpression``.
struct RegularExpressionParser {
  typealias Failure = RegularExpression.Failure

  /// What `(?ims)` changes.
  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotMatchesNewline = false
  }

  /// How deep groups may be nested, so that the stack is large enough.
  private static let deepest = 200
  /// The greatest count of `{m,n}`, as in RE2.
  private static let most = 1000

  let scalars: [Unicode.Scalar]
  var index = 0
  var flags = Flags()
  private var depth = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// Reads all of it.
  mutating func parse() throws(Failure) -> Expression {
    let expression = try choice()
    if index < scalars.count { throw failure("there is no '(' for this ')'", at: index) }
    return expression
  }

  /// The scalar at so many after the next.
  func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    index + distance < scalars.count ? scalars[index + distance] : nil
  }

  /// Goes over `text`, if it is what follows.
  mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[index...].starts(with: wanted) else { return false }
    index += wanted.count
    return true
  }

  func failure(_ reason: String, at offset: Int) -> Failure { Failure(reason: reason, offset: offset) }

  private mutating func choice() throws(Failure) -> Expression {
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

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

  private mutating func literal() -> Expression {
    defer { index += 1 }
    return .scalar(ScalarSet(scalars[index], ignoresCase: flags.ignoresCase))
  }

  /// One item, to which a repetition may apply.
  private mutating func atom() throws(Failure) -> Expression {
    let start = index
    switch scalars[index] {
    case "(": return try group()
    case "[": return .scalar(try bracket())
    case "\\": return try escape()
    case "*", "+", "?": throw failure("there is nothing that could be repeated", at: start)
    case "{" where try counts() != nil: throw failure("there is nothing that could be repeated", at: start)
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

  private mutating func repetition(of part: Expression) throws(Failure) -> Expression {
    guard let (least, most) = try bounds() else { return part }
    _ = take("?")  // whether it takes as few as possible changes nothing of what matches
    let next = index
    if try bounds() != nil {
      throw failure("a repetition is repeated: put it into parentheses", at: next)
    }
    return .repeated(part, atLeast: least, atMost: most)
  }

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

  /// `{2}`, `{2,}` and `{2,3}`; `nil` for a brace that stands for itself.
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
      throw failure("the bounds of a repetition are the wrong way round", at: start)
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    let start = index
    while let next = peek(), ("0"..."9").contains(next) { index += 1 }
    if index == start { return nil }
    return Int(String(String.UnicodeScalarView(scalars[start..<index]))) ?? .max
  }

  private mutating func group() throws(Failure) -> Expression {
    let start = index
    let outer = flags
    index += 1
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest { throw failure("too many parentheses within each other", at: start) }
    if take("?"), try !beginsGroup(at: start) { return .empty }
    let inner = try choice()
    guard take(")") else { throw failure("there is no ')' for this '('", at: start) }
    flags = outer
    return inner
  }

  /// Reads what follows `(?`; false after flags for the rest of the group around it.
  private mutating func beginsGroup(at start: Int) throws(Failure) -> Bool {
    for (mark, name) in [("=", "ahead"), ("!", "ahead"), ("<=", "behind"), ("<!", "behind")] where take(mark)
    {
      throw failure("looking \(name) is not supported, as it could take exponential time", at: start)
    }
    if take("P<") || take("<") {
      while let next = peek(), next.properties.isAlphabetic || CharacterClass.word.contains(next) {
        index += 1
      }
      guard scalars[index - 1] != "<", take(">") else { throw failure("a group's name is wrong", at: start) }
      return true
    }
    var value = true
    while let next = peek() {
      index += 1
      switch next {
      case "i": flags.ignoresCase = value
      case "m": flags.isMultiline = value
      case "s": flags.dotMatchesNewline = value
      case "U": break  // as few or as many as possible: as above
      case "-" where value: value = false
      case ":": return true
      case ")": return false
      default: throw failure("an unknown kind of group", at: start)
      }
    }
    throw failure("there is no ')' for this '('", at: start)
  }
}
