/// A parsed TOML document (https://toml.io/en/v1.1.0).
package struct Document: Sendable {
  /// A version of TOML.
  package enum Version: Sendable {
    /// Version 1.0 does not have newlines and trailing commas in inline tables, `\e` and `\xHH`, and times
    /// without seconds.
    case v1_0
    case v1_1
  }

  /// The table of the whole document.
  package let root: Table
  private let source: Source

  /// Parses a document. `path` is used in messages. Throws the first ``SyntaxError``.
  package init(_ bytes: [UInt8], path: String, version: Version = .v1_1) throws(SyntaxError) {
    source = Source(bytes: bytes, path: path)
    var parser = Parser(source, version)
    root = try parser.parse()
  }

  /// Returns an error at a byte offset, for callers that check the values.
  package func error(_ message: String, at offset: Int) -> SyntaxError {
    SyntaxError(message, at: place(of: offset))
  }

  /// Returns the place of a byte offset.
  package func place(of offset: Int) -> Place { source.place(of: offset) }
}
