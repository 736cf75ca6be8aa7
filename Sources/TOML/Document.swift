/// A TOML document that was read (https://toml.io/en/v1.1.0).
package struct Document: Sendable {
  /// The versions that can be read.
  package enum Version: Sendable {
    /// Without what 1.1 has added: newlines and trailing commas in inline tables, `\e` and `\xHH`, times without seconds.
    case v1_0
    case v1_1
  }

  /// The keys and values.
  package let root: Table
  private let source: Source

  /// Reads a document; `path` is for messages. Throws the first ``SyntaxError``.
  package init(_ bytes: [UInt8], path: String, version: Version = .v1_1) throws(SyntaxError) {
    source = Source(bytes: bytes, path: path)
    var parser = Parser(source, version)
    root = try parser.parse()
  }

  /// An error about what stands at this byte, for those who know what the values mean.
  package func error(_ message: String, at offset: Int) -> SyntaxError {
    SyntaxError(message, at: offset, in: source)
  }

  /// The line, from 1 on, in which a byte stands.
  package func line(of offset: Int) -> Int { source.position(of: offset).line }
}

/// The bytes of a document.
struct Source: Sendable {
  let bytes: [UInt8]
  let path: String

  /// Line and column, from 1 on; columns count bytes, as the compiler's do.
  func position(of offset: Int) -> (line: Int, column: Int) {
    let before = bytes[..<min(offset, bytes.count)]
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    return (line, before.count - start + 1)
  }

  /// How many characters stand before a byte in its line.
  func indent(of offset: Int) -> Int {
    let column = position(of: offset).column
    return String(
      decoding: bytes[(min(offset, bytes.count) - column + 1)..<min(offset, bytes.count)], as: UTF8.self
    ).count
  }

  /// The text of the line in which a byte stands.
  func line(around offset: Int) -> String {
    let offset = min(offset, bytes.count)
    let start = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

/// What is wrong with a document, in the compiler's form: `path:line:column: error: message`, the line, and a caret.
package struct SyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, and what to write.
  package let message: String
  /// From 1 on.
  package let line: Int
  /// In bytes, from 1 on.
  package let column: Int
  package let description: String

  init(_ message: String, at offset: Int, in source: Source) {
    self.message = message
    (line, column) = source.position(of: offset)
    let text = source.line(around: offset).map { $0 == "\t" ? " " : $0 }
    let number = "\(line)"
    let margin = String(repeating: " ", count: number.count)
    let indent = String(repeating: " ", count: source.indent(of: offset))
    description = """
      \(source.path):\(line):\(column): error: \(message)
      \(number) | \(String(text.filter { $0 != "\r" }))
      \(margin) | \(indent)`- error: \(message)
      """
  }
}
