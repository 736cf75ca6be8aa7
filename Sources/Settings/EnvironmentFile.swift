internal import TOML

/// An environment file in the dialect that Docker Compose documents (docs.docker.com, "Syntax for environment
/// files" and "Interpolation"):
///
/// - `NAME=value` or `NAME: value`, optionally after `export`. `NAME` alone passes on hotreload's own
///   variable.
/// - `#` starts a comment on its own line, after a closing quote, and after a blank in a value without
///   quotes.
/// - In single quotes the text is literal, except `\'` for a quote. In double quotes `\n`, `\r`, `\t`, `\\`,
///   `\"` and `\$` are escapes, and any other backslash is literal. Both may contain newlines.
/// - Outside single quotes `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`,
///   `${NAME?error}`, `${NAME:+replacement}` and `${NAME+replacement}` are replaced, also when nested. `$$`
///   is a dollar sign, and so is a `$` that is not followed by a name or a brace.
package struct EnvironmentFile: Sendable {
  /// The variables, in the order of the file.
  package let variables: [SettingValue.Pair]
  /// The warnings as compiler diagnostics, for example about a variable that is not set and has no default.
  package let warnings: [String]

  /// Parses a file. `variable` returns variables from outside. They take precedence over variables that are
  /// set earlier in the file, unless `fileWins`. Throws ``SettingsError`` with the place of the first error.
  package init(
    _ bytes: [UInt8], path: String, fileWins: Bool = false, variable: @escaping (String) -> String?
  ) throws(SettingsError) {
    var reader = EnvironmentReader(
      Source(bytes: bytes, path: path), fileWins: fileWins, variable: variable)
    try reader.read()
    variables = reader.variables
    warnings = reader.warnings
  }
}

/// Parses the statements of an environment file.
struct EnvironmentReader {
  let source: Source
  /// Whether variables of the file take precedence over those from outside.
  let fileWins: Bool
  /// Returns a variable from outside the file.
  let variable: (String) -> String?
  /// The offset of the next byte.
  var index = 0
  var variables: [SettingValue.Pair] = []
  /// The last value of each name in the file.
  var values: [String: String] = [:]
  var warnings: [String] = []
  /// The names for which a warning was added.
  var unset: Set<String> = []

  init(_ source: Source, fileWins: Bool, variable: @escaping (String) -> String?) {
    self.source = source
    self.fileWins = fileWins
    self.variable = variable
  }

  /// Parses the whole file.
  mutating func read() throws(SettingsError) {
    if let offset = source.firstInvalidByte {
      throw error("not UTF-8; save the file in this encoding", at: offset)
    }
    if let offset = source.bytes.firstIndex(of: 0) {
      throw error("a NUL character, which no variable can hold; save the file as UTF-8", at: offset)
    }
    if source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }  // a byte order mark
    while let next {
      if next == UInt8(ascii: "#") {
        skipLine()
      } else if next == UInt8(ascii: "\n") || next.isBlank {
        index += 1
      } else {
        try readVariable()
      }
    }
  }

  /// Parses a variable.
  private mutating func readVariable() throws(SettingsError) {
    var name = takeName()
    if name == "export", next?.isBlank == true {
      skipBlanks()
      let end = index
      let exported = takeName()
      // `export = 1` sets a variable with the name `export`.
      if !exported.isEmpty { name = exported } else { index = end }
    }
    skipBlanks()
    switch next {
    case UInt8(ascii: "="), UInt8(ascii: ":"):
      if name.isEmpty { throw error("expected the name of a variable before '='", at: index) }
      index += 1
      skipBlanks()
      add(name, try takeValue())
    case UInt8(ascii: "\n"), nil:
      if let value = variable(name) { add(name, value) }
    default:
      let wanted = name.isEmpty ? "NAME=value" : "'=' after the name '\(name)'"
      throw error("expected \(wanted), found \(found)", at: index)
    }
  }

  /// Adds a variable.
  private mutating func add(_ name: String, _ value: String) {
    variables.append(SettingValue.Pair(name, value))
    values[name] = value
  }

  /// Reads a name, which may be empty.
  private mutating func takeName() -> String {
    let start = index
    while let scalar = scalar(at: index), scalar.isOfName { index += UTF8.width(scalar) }
    return text(start..<index)
  }
}

// The access to the bytes.
extension EnvironmentReader {
  /// The next byte; `nil` at the end.
  var next: UInt8? { index < source.bytes.count ? source.bytes[index] : nil }

  mutating func skipBlanks() { while next?.isBlank == true { index += 1 } }

  /// Skips to the end of the line or of the file.
  mutating func skipLine() { while let next, next != UInt8(ascii: "\n") { index += 1 } }

  func text(_ range: Range<Int>) -> String { String(decoding: source.bytes[range], as: UTF8.self) }

  /// Returns the scalar at an offset; `nil` at the end.
  func scalar(at index: Int) -> Unicode.Scalar? {
    let bytes = source.bytes
    return String(decoding: bytes[min(index, bytes.count)..<min(index + 4, bytes.count)], as: UTF8.self)
      .unicodeScalars.first
  }

  /// A description of the next character for messages.
  var found: String {
    guard let scalar = scalar(at: index) else { return "the end of the file" }
    return scalar == "\n" ? "the end of the line" : "'\(scalar)'"
  }

  /// Returns an error at a byte offset, as a diagnostic.
  func error(_ message: String, at offset: Int) -> SettingsError {
    SettingsError(source.place(of: offset).error(message), isDiagnostic: true)
  }
}

extension UInt8 {
  /// Whether the byte is a blank within a line. This includes the carriage return before a line feed.
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0B || self == 0x0C }
}

extension Unicode.Scalar {
  /// Whether the scalar may be part of a name.
  fileprivate var isOfName: Bool {
    switch self {
    case "_", ".", "-", "[", "]", "0"..."9", "a"..."z", "A"..."Z": true
    default: !isASCII && (properties.isAlphabetic || properties.numericType != nil)
    }
  }
}
