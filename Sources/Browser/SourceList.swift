/// A directive of a content security policy with its source expressions (Content Security Policy Level 3, 2.3).
struct SourceList {
  /// In lower case; empty if there is no directive.
  let name: String
  private let expressions: [String]

  /// Parses `name source source`.
  init(_ directive: String) {
    let words = directive.utf8.split(whereSeparator: \.isBlank)
      .map { String(decoding: $0, as: UTF8.self) }
    name = words.first?.lowercased() ?? ""
    expressions = Array(words.dropFirst())
  }

  /// Whether this keyword is among the expressions; in lower case.
  func contains(_ keyword: String) -> Bool { expressions.contains { $0.lowercased() == keyword } }

  /// Whether this very expression is among them.
  func has(_ expression: String) -> Bool { expressions.contains(expression) }

  /// The expressions without `'none'`, which counts only alone.
  var matching: [String] { expressions.filter { $0.lowercased() != "'none'" } }

  /// Whether whatever comes from the page's own origin over HTTP is allowed. A host that is named is not compared: to allow it
  /// twice does no harm.
  var allowsOrigin: Bool { contains("'self'") || contains("*") || contains("http:") }

  /// Whether a script needs a nonce, wherever it comes from.
  var isStrict: Bool { contains("'strict-dynamic'") }

  /// The nonces, as far as they can be written into a tag (base64-value).
  var nonces: [String] {
    expressions.compactMap { expression in
      guard expression.lowercased().hasPrefix("'nonce-"), expression.hasSuffix("'") else { return nil }
      let value = expression.dropFirst("'nonce-".count).dropLast()
      return !value.isEmpty && value.utf8.allSatisfy(Self.isBase64) ? String(value) : nil
    }
  }

  /// Whether every script in the page itself runs (6.7.3.2).
  var allowsInline: Bool {
    let isOverridden = expressions.contains { expression in
      ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].contains { expression.lowercased().hasPrefix($0) }
    }
    return contains("'unsafe-inline'") && !isOverridden && !isStrict
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    0x61...0x7A ~= byte.lowercased || 0x30...0x39 ~= byte || "+/-_=".utf8.contains(byte)
  }
}
