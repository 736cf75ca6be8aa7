internal import TOML

/// An environment file, in the dialect that Docker Compose documents (docs.docker.com, "Syntax for environment files" and
/// "Interpolation"):
///
/// - `NAME=value` or `NAME: value`, with or without `export` before it. `NAME` alone passes on the variable that
///   hotreload has itself.
/// - `#` begins a comment on a line of its own, after a closing quote, and after a blank in a value without quotes.
/// - Single quotes: the text as it is, `\'` for a quote. Double quotes: `\n`, `\r`, `\t`, `\\`, `\"` and `\$`; any other
///   backslash stands for itself. Both may go over several lines.
/// - But in single quotes `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`, `${NAME?error}`,
///   `${NAME:+replacement}` and `${NAME+replacement}` are replaced, also inside each other; `$$` is a dollar sign, and so is
///   one that no name or brace follows.
package struct EnvironmentFile: Sendable {
  /// In the order of the file.
  package let variables: [SettingValue.Pair]
  /// Diagnostics in the compiler's form, such as for a variable that is not set and has no default.
  package let warnings: [String]

  /// Reads a file. `variable` finds the variables outside of it, which win over those above in the file unless `fileWins`.
  /// Throws ``SettingsError`` with the place of the first mistake.
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

/// Reads the statements of an environment file.
struct EnvironmentReader {
  let source: Source
  let fileWins: Bool
  let variable: (String) -> String?
  var index = 0
  var variables: [SettingValue.Pair] = []
  /// The latest value of each name.
  var values: [String: String] = [:]
  var warnings: [String] = []
  /// Names of which it was told that they are not set.
  var unset: Set<String> = []

  init(_ source: Source, fileWins: Bool, variable: @escaping (String) -> String?) {
    self.source = source
    self.fileWins = fileWins
    self.variable = variable
  }

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

  private mutating func readVariable() throws(SettingsError) {
    var name = takeName()
    if name == "export", next?.isBlank == true {
      skipBlanks()
      let end = index
      let exported = takeName()
      // `export = 1` sets a variable of this name.
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

  private mutating func add(_ name: String, _ value: String) {
    variables.append(SettingValue.Pair(name, value))
    values[name] = value
  }

  private mutating func takeName() -> String {
    let start = index
    while let scalar = scalar(at: index), scalar.isOfName { index += UTF8.width(scalar) }
    return text(start..<index)
  }
}

// The bytes.
extension EnvironmentReader {
  var next: UInt8? { index < source.bytes.count ? source.bytes[index] : nil }

  mutating func skipBlanks() { while next?.isBlank == true { index += 1 } }

  /// Up to the end of the line, or of the file.
  mutating func skipLine() { while let next, next != UInt8(ascii: "\n") { index += 1 } }

  func text(_ range: Range<Int>) -> String { String(decoding: source.bytes[range], as: UTF8.self) }

  func scalar(at index: Int) -> Unicode.Scalar? {
    let bytes = source.bytes
    return String(decoding: bytes[min(index, bytes.count)..<min(index + 4, bytes.count)], as: UTF8.self)
      .unicodeScalars.first
  }

  /// What stands next, for a message.
  var found: String {
    guard let scalar = scalar(at: index) else { return "the end of the file" }
    return scalar == "\n" ? "the end of the line" : "'\(scalar)'"
  }

  func error(_ message: String, at offset: Int) -> SettingsError {
    SettingsError(source.place(of: offset).error(message), isDiagnostic: true)
  }
}

extension UInt8 {
  /// Whether it is space within a line. The carriage return before a line feed is.
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0B || self == 0x0C }
}

extension Unicode.Scalar {
  fileprivate var isOfName: Bool {
    switch self {
    case "_", ".", "-", "[", "]", "0"..."9", "a"..."z", "A"..."Z": true
    default: !isASCII && (properties.isAlphabetic || properties.numericType != nil)
    }
  }
}
