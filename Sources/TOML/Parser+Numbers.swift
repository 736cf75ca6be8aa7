// Integers and floats.

extension Parser {
  /// Parses an integer or a float.
  func parseNumber(_ word: String, at start: Int) throws(SyntaxError) -> Value.Content {
    if let base = ["0x": 16, "0o": 8, "0b": 2][String(word.prefix(2))] {
      guard let digits = digits(word.dropFirst(2), base: base) else { throw noNumber(word, at: start) }
      return .integer(try integer(digits, base: base, word, at: start))
    }
    let isNegative = word.first == "-"
    let unsigned = word.first == "-" || word.first == "+" ? word.dropFirst() : word[...]
    if !unsigned.contains(where: { ".eE".contains($0) }) {
      guard let digits = digits(unsigned, base: 10), hasNoLeadingZero(digits) else {
        throw noNumber(word, at: start)
      }
      return .integer(try integer((isNegative ? "-" : "") + digits, base: 10, word, at: start))
    }
    guard let text = float(unsigned), let value = Double((isNegative ? "-" : "") + text) else {
      throw noNumber(word, at: start)
    }
    return .float(value)
  }

  /// Converts digits to an integer of 64 bits.
  private func integer(_ digits: String, base: Int, _ word: String, at start: Int) throws(SyntaxError)
    -> Int64
  {
    guard let value = Int64(digits, radix: base) else {
      throw error("\(word) does not fit into 64 bits", at: start)
    }
    return value
  }

  /// Returns the error for a word that is not a number.
  private func noNumber(_ word: String, at start: Int) -> SyntaxError {
    let zero = word.drop { $0 == "-" || $0 == "+" }.first == "0" && word.count > 1
    return error(
      "'\(word)' is not a number\(zero ? " (a leading zero is not allowed)" : ""); put text in quotes: \"\(word)\"",
      at: start)
  }

  /// Returns the digits without underscores; `nil` if an underscore is not between two digits.
  private func digits(_ text: Substring, base: Int) -> String? {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    for part in parts
    where part.isEmpty || !part.allSatisfy({ $0.isASCII && $0.hexDigitValue.map { $0 < base } == true }) {
      return nil
    }
    return parts.joined()
  }

  private func hasNoLeadingZero(_ digits: String) -> Bool { digits == "0" || digits.first != "0" }

  /// Returns a float such as `1.5`, `1e6` or `6.6e-34` without underscores; `nil` if it is not valid.
  private func float(_ text: Substring) -> String? {
    let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let mantissa = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    guard mantissa.count <= 2, let whole = digits(mantissa[0], base: 10), hasNoLeadingZero(whole) else {
      return nil
    }
    var float = whole
    if mantissa.count == 2 {
      guard let fraction = digits(mantissa[1], base: 10) else { return nil }
      float += "." + fraction
    }
    if halves.count == 2 {
      let exponent = halves[1]
      let sign = exponent.first == "-" || exponent.first == "+" ? String(exponent.prefix(1)) : ""
      guard let digits = digits(exponent.dropFirst(sign.count), base: 10) else { return nil }
      float += "e" + sign + digits
    }
    return float
  }
}
