/// A `.env` file, in the dialect that dotenv of Ruby and Node and Docker Compose share: `NAME=value`, `export` before it,
/// comments, single quotes (as they are), double quotes (with escapes, over several lines), `$NAME` and `${NAME}` and
/// `${NAME:-default}` but in single quotes.
package enum EnvironmentFile {
  /// The variables, in the order of the file. `variable` finds those that are not set in the file. Throws
  /// ``SettingsError`` with `path` and the line.
  package static func read(_ text: String, path: String, variable: @escaping (String) -> String?)
    throws(SettingsError)
    -> [SettingValue.Pair]
  {
    var reader = Reader(
      text: Array(text.trimmingPrefix("\u{FEFF}").replacing("\r\n", with: "\n")), path: path,
      variable: variable)
    try reader.read()
    return reader.pairs
  }

  private struct Reader {
    let text: [Character]
    let path: String
    let variable: (String) -> String?
    var index = 0
    var line = 1
    var pairs: [SettingValue.Pair] = []

    var next: Character? { index < text.count ? text[index] : nil }

    mutating func take() -> Character? {
      guard let character = next else { return nil }
      index += 1
      if character == "\n" { line += 1 }
      return character
    }

    mutating func skip(while matches: (Character) -> Bool) { while let next, matches(next) { _ = take() } }

    mutating func skipLine() { skip { $0 != "\n" } }

    mutating func read() throws(SettingsError) {
      while true {
        skip(while: \.isWhitespace)
        guard let next else { return }
        if next == "#" { skipLine() } else { try readPair() }
      }
    }

    mutating func name() -> String {
      let start = index
      skip { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "-") }
      return String(text[start..<index])
    }

    mutating func readPair() throws(SettingsError) {
      let start = line
      var name = name()
      if name == "export", next == " " || next == "\t" {
        skip { $0 == " " || $0 == "\t" }
        name = self.name()
      }
      skip { $0 == " " || $0 == "\t" }
      guard !name.isEmpty, next == "=" || next == ":" else {
        throw SettingsError("\(path):\(start): error: expected NAME=value", isDiagnostic: true)
      }
      _ = take()
      skip { $0 == " " || $0 == "\t" }
      pairs.append(SettingValue.Pair(name, try value(from: start)))
    }

    mutating func value(from start: Int) throws(SettingsError) -> String {
      guard let quote = next, quote == "'" || quote == "\"" || quote == "`" else { return unquoted() }
      _ = take()
      var value = ""
      while let character = take() {
        if character == quote {
          skipLine()
          return value
        }
        switch character {
        case "\\" where quote == "\"": value += escape()
        case "$" where quote == "\"": value += expansion()
        default: value.append(character)
        }
      }
      throw SettingsError("\(path):\(start): error: the quote \(quote) is not closed", isDiagnostic: true)
    }

    mutating func escape() -> String {
      switch take() {
      case "n": "\n"
      case "t": "\t"
      case "r": "\r"
      case "\n": ""
      case let character?: String(character)
      case nil: "\\"
      }
    }

    mutating func unquoted() -> String {
      var value = ""
      while let character = next, character != "\n" {
        if character == "#", value.isEmpty || value.last?.isWhitespace == true {
          skipLine()
          break
        }
        _ = take()
        switch character {
        case "$": value += expansion()
        case "\\" where next == "$": if let dollar = take() { value.append(dollar) }
        default: value.append(character)
        }
      }
      while value.last?.isWhitespace == true { value.removeLast() }
      return value
    }

    /// What follows a `$`.
    mutating func expansion() -> String {
      guard next == "{" else {
        let start = index
        skip { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return index == start ? "$" : lookUp(String(text[start..<index]))
      }
      guard let close = text[index...].firstIndex(of: "}") else { return "$" }
      let inside = String(text[(index + 1)..<close])
      index = close + 1
      guard let mark = inside.firstRange(of: "-") else { return lookUp(inside) }
      let name = inside[..<mark.lowerBound]
      let fallback = String(inside[mark.upperBound...])
      if name.last == ":" {
        let value = lookUp(String(name.dropLast()))
        return value.isEmpty ? fallback : value
      }
      return find(String(name)) ?? fallback
    }

    func find(_ name: String) -> String? { variable(name) ?? pairs.last { $0.name == name }?.value }

    func lookUp(_ name: String) -> String { find(name) ?? "" }
  }
}
