internal import TOML

// What a dollar sign and a backslash stand for.
extension EnvironmentReader {
  /// So many substitutions may be in each other.
  private static let deepest = 50

  /// What the bytes of a value stand for; between double quotes a backslash may be an escape.
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

  /// What stands for a backslash and this byte; `nil` where the backslash stands for itself.
  private static func escaped(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "$"): byte
    default: nil
    }
  }

  /// What stands for the dollar sign at `index` and what belongs to it, behind which `index` is then.
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

  private func closingBrace(from open: Int, in range: Range<Int>) throws(SettingsError) -> Int {
    var depth = 0
    for index in open..<range.upperBound {
      if source.bytes[index] == UInt8(ascii: "{") { depth += 1 }
      if source.bytes[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return index }
    }
    throw error("'${' is not closed; write '$$' for a dollar sign", at: open - 1)
  }

  /// What stands for the text between braces, whose dollar sign is at `start`.
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
    if depth == Self.deepest { throw error("too many substitutions in each other", at: start) }
    let argument = index + 1..<range.upperBound
    let value = find(name)
    let isThere = hasColon ? value?.isEmpty == false : value != nil
    if isThere != (operation == UInt8(ascii: "+")) { return Array((isThere ? value ?? "" : "").utf8) }
    let text = try interpolated(argument, hasEscapes: hasEscapes, depth: depth + 1)
    if operation != UInt8(ascii: "?") { return text }
    let reason = text.isEmpty ? "" : ": " + String(decoding: text, as: UTF8.self)
    throw error("'\(name)' is \(value == nil ? "not set" : "empty")\(reason)", at: start)
  }

  private func noSubstitution(_ range: Range<Int>, at start: Int) -> SettingsError {
    error("'${\(text(range))}' is no substitution; write '$$' for a dollar sign", at: start)
  }

  private func variableName(_ range: Range<Int>) -> String {
    var end = range.lowerBound
    while end < range.upperBound, source.bytes[end].isOfVariable(isFirst: end == range.lowerBound) {
      end += 1
    }
    return text(range.lowerBound..<end)
  }

  private mutating func plain(_ name: String, at start: Int) -> [UInt8] {
    if let value = find(name) { return Array(value.utf8) }
    if unset.insert(name).inserted {
      let text = "'\(name)' is not set, so nothing stands for it; write '$$' for a dollar sign"
      warnings.append(source.place(of: start).warning(text))
    }
    return []
  }

  private func find(_ name: String) -> String? {
    fileWins ? values[name] ?? variable(name) : variable(name) ?? values[name]
  }
}

extension UInt8 {
  fileprivate func isOfVariable(isFirst: Bool) -> Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
    default: false
    }
  }
}
