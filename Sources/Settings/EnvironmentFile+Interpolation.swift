internal import TOML

// Substitutions and escapes.
extension EnvironmentReader {
  /// The maximum nesting of substitutions.
  private static let deepest = 50

  /// Returns the bytes of a value after substitution. `hasEscapes` says whether a backslash may start an
  /// escape, as it does in double quotes.
  mutating func interpolated(
    _ range: Range<Int>, hasEscapes: Bool, depth: Int = 0
  ) throws(SettingsError) -> [UInt8] {
    var result: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = source.bytes[index]
      let following = index + 1 < range.upperBound ? source.bytes[index + 1] : nil
      if byte == UInt8(ascii: "$") {
        result += try substitution(at: &index, in: range, hasEscapes: hasEscapes, depth: depth)
      } else if hasEscapes, byte == UInt8(ascii: "\\"), let escaped = following.flatMap(Self.escaped) {
        result.append(escaped)
        index += 2
      } else {
        let isLineEnd = byte == UInt8(ascii: "\r") && following == UInt8(ascii: "\n")
        if !isLineEnd { result.append(byte) }
        index += 1
      }
    }
    return result
  }

  /// Returns the byte for an escape; `nil` if the backslash is literal.
  private static func escaped(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "$"): byte
    default: nil
    }
  }

  /// Returns the replacement of the substitution at `index`, and advances `index` to its end.
  private mutating func substitution(
    at index: inout Int, in range: Range<Int>, hasEscapes: Bool, depth: Int
  ) throws(SettingsError) -> [UInt8] {
    let start = index
    index += 1
    let following = index < range.upperBound ? source.bytes[index] : nil
    switch following {
    case UInt8(ascii: "$"):
      index += 1
      return [UInt8(ascii: "$")]
    case UInt8(ascii: "{"):
      let close = try closingBrace(from: index, in: range)
      defer { index = close + 1 }
      return try braced(index + 1..<close, at: start, hasEscapes: hasEscapes, depth: depth)
    default:
      let name = variableName(index..<range.upperBound)
      index += name.utf8.count
      return name.isEmpty ? [UInt8(ascii: "$")] : plain(name, at: start)
    }
  }

  /// Returns the offset of the matching closing brace. Throws ``SettingsError`` if there is none.
  private func closingBrace(from open: Int, in range: Range<Int>) throws(SettingsError) -> Int {
    var depth = 0
    for index in open..<range.upperBound {
      if source.bytes[index] == UInt8(ascii: "{") { depth += 1 }
      if source.bytes[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return index }
    }
    throw error("'${' is not closed; write '$$' for a dollar sign", at: open - 1)
  }

  /// Returns the replacement of a substitution with braces, whose dollar sign is at `start`.
  private mutating func braced(
    _ range: Range<Int>, at start: Int, hasEscapes: Bool, depth: Int
  ) throws(SettingsError) -> [UInt8] {
    let name = variableName(range)
    var index = range.lowerBound + name.utf8.count
    if !name.isEmpty, index == range.upperBound { return plain(name, at: start) }
    let hasColon = index < range.upperBound && source.bytes[index] == UInt8(ascii: ":")
    if hasColon { index += 1 }
    guard !name.isEmpty, index < range.upperBound else { throw noSubstitution(range, at: start) }
    let operation = source.bytes[index]
    guard [UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: "+")].contains(operation) else {
      throw noSubstitution(range, at: start)
    }
    if depth == Self.deepest { throw error("substitutions are nested too deeply", at: start) }
    let argument = index + 1..<range.upperBound
    let value = find(name)
    let isThere = hasColon ? value?.isEmpty == false : value != nil
    if isThere != (operation == UInt8(ascii: "+")) { return Array((isThere ? value ?? "" : "").utf8) }
    let text = try interpolated(argument, hasEscapes: hasEscapes, depth: depth + 1)
    if operation != UInt8(ascii: "?") { return text }
    let reason = text.isEmpty ? "" : ": " + String(decoding: text, as: UTF8.self)
    throw error("'\(name)' is \(value == nil ? "not set" : "empty")\(reason)", at: start)
  }

  /// Returns the error for a text in braces that is not a substitution.
  private func noSubstitution(_ range: Range<Int>, at start: Int) -> SettingsError {
    error("'${\(text(range))}' is not a valid substitution; write '$$' for a dollar sign", at: start)
  }

  /// Returns the variable name at the start of a range; empty if there is none.
  private func variableName(_ range: Range<Int>) -> String {
    var end = range.lowerBound
    while end < range.upperBound, source.bytes[end].isOfVariable(isFirst: end == range.lowerBound) {
      end += 1
    }
    return text(range.lowerBound..<end)
  }

  /// Returns the value of a variable. A variable that is not set results in one warning and an empty value.
  private mutating func plain(_ name: String, at start: Int) -> [UInt8] {
    if let value = find(name) { return Array(value.utf8) }
    if unset.insert(name).inserted {
      let text = "'\(name)' is not set; using an empty string (write '$$' for a dollar sign)"
      warnings.append(source.place(of: start).warning(text))
    }
    return []
  }

  /// Returns the value of a variable in the file or outside it, in the order of precedence.
  private func find(_ name: String) -> String? {
    fileWins ? values[name] ?? variable(name) : variable(name) ?? values[name]
  }
}

extension UInt8 {
  /// Returns whether the byte may be part of a variable name.
  fileprivate func isOfVariable(isFirst: Bool) -> Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
    default: false
    }
  }
}
