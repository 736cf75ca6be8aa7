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
    SyntaxError(message, at: place(of: offset))
  }

  /// Where a byte stands.
  package func place(of offset: Int) -> Place { source.place(of: offset) }
}
