// Escapes and bracket expressions.
extension RegularExpressionParser {
  /// Parses an escape.
  mutating func escape() throws(Failure) -> Expression {
    let start = index
    guard let next = peek(1) else { throw failure("a backslash without a character after it", at: start) }
    let assertions: [Unicode.Scalar: Expression.Assertion] = [
      "b": .wordBoundary, "B": .noWordBoundary, "A": .textStart, "z": .textEnd,
    ]
    if let assertion = assertions[next] {
      index += 2
      return .assertion(assertion)
    }
    if let set = try classEscape() { return .scalar(set) }
    return .scalar(ScalarSet(try scalarEscape(), ignoresCase: flags.ignoresCase))
  }

  /// Parses a class such as `\d` or `\pL`. Returns `nil` for any other escape.
  private mutating func classEscape() throws(Failure) -> ScalarSet? {
    let start = index
    guard let name = peek(1) else { return nil }
    let classes: [Unicode.Scalar: ScalarSet] = [
      "d": CharacterClass.digit, "w": CharacterClass.word, "s": CharacterClass.space,
    ]
    if let set = classes[name] ?? classes[name.properties.lowercaseMapping.unicodeScalars.first ?? name] {
      index += 2
      return classes[name] == nil ? set.inverted : set
    }
    guard name == "p" || name == "P" else { return nil }
    index += 2
    var category = ""
    if take("{") {
      while let next = peek(), next != "}" {
        category.unicodeScalars.append(next)
        index += 1
      }
      guard take("}") else { throw failure("there is no '}' for this '{'", at: start) }
    } else if let next = peek() {
      category.unicodeScalars.append(next)
      index += 1
    }
    let isNegated = category.hasPrefix("^")
    let bits = Unicode.GeneralCategory.bits(named: isNegated ? String(category.dropFirst()) : category)
    guard bits != 0, category.drop(while: { $0 == "^" }).count > 0 else {
      throw failure(
        "'\(category)' is not a general category of Unicode; scripts are not supported", at: start)
    }
    let set = ScalarSet(categories: bits)
    return isNegated != (name == "P") ? set.inverted : set
  }

  /// Parses an escape that stands for one scalar.
  private mutating func scalarEscape() throws(Failure) -> Unicode.Scalar {
    let start = index
    guard let next = peek(1) else { throw failure("a backslash without a character after it", at: start) }
    index += 2
    switch next {
    case "a": return "\u{7}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "x": return try hexadecimal(from: start)
    case "0":
      var value: UInt32 = 0
      for _ in 1...2 {
        guard let digit = peek(), ("0"..."7").contains(digit) else { break }
        value = value * 8 + digit.value - 0x30
        index += 1
      }
      return Unicode.Scalar(value) ?? "\0"
    case "1"..."9":
      throw failure("back references are not supported, as they could take exponential time", at: start)
    case "A"..."Z", "a"..."z": throw failure("'\\\(next)' is not supported", at: start)
    default: return next
    }
  }

  /// Parses `\x7F` or `\x{10FFFF}` after the `x`.
  private mutating func hexadecimal(from start: Int) throws(Failure) -> Unicode.Scalar {
    var digits = ""
    let isBraced = take("{")
    while let next = peek(), next.properties.isASCIIHexDigit, digits.count < (isBraced ? 8 : 2) {
      digits.unicodeScalars.append(next)
      index += 1
    }
    guard !isBraced || take("}"), isBraced || digits.count == 2,
      let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
    else { throw failure("an invalid number of a character", at: start) }
    return scalar
  }

  /// Parses a bracket expression such as `[a-z]`.
  mutating func bracket() throws(Failure) -> ScalarSet {
    let start = index
    index += 1
    let isNegated = take("^")
    var set = ScalarSet(ignoresCase: flags.ignoresCase)
    var isFirst = true
    while let next = peek(), isFirst || next != "]" {
      isFirst = false
      if next == "[", peek(1) == ":", let named = try namedClass() {
        set.formUnion(named)
        continue
      }
      let place = index
      if next == "\\", let named = try classEscape() {
        set.formUnion(named)
        continue
      }
      let low = try member()
      guard peek() == "-", let after = peek(1), after != "]" else {
        set.insert(low.value...low.value)
        continue
      }
      index += 1
      if after == "\\", try classEscape() != nil { throw failure("a class ends a range", at: place) }
      let high = try member()
      guard low <= high else { throw failure("a range is out of order", at: place) }
      set.insert(low.value...high.value)
    }
    guard take("]") else { throw failure("there is no ']' for this '['", at: start) }
    return isNegated ? set.inverted : set
  }

  /// Parses a member of a bracket expression, which is one scalar.
  private mutating func member() throws(Failure) -> Unicode.Scalar {
    if peek() == "\\" { return try scalarEscape() }
    defer { index += 1 }
    return scalars[index]
  }

  /// Parses `[:alpha:]` or `[:^alpha:]`. Returns `nil` if the bracket is literal.
  private mutating func namedClass() throws(Failure) -> ScalarSet? {
    let start = index
    var end = index + 2
    while end < scalars.count, scalars[end].properties.isAlphabetic || scalars[end] == "^" { end += 1 }
    guard end + 1 < scalars.count, scalars[end] == ":", scalars[end + 1] == "]" else { return nil }
    let name = String(String.UnicodeScalarView(scalars[(index + 2)..<end]))
    let isNegated = name.hasPrefix("^")
    guard let set = CharacterClass.named[isNegated ? String(name.dropFirst()) : name] else {
      throw failure("unknown class '[:\(name):]'", at: start)
    }
    index = end + 2
    return isNegated ? set.inverted : set
  }
}
