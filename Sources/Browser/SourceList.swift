/// A directive with its source expressions (Content Security Policy Level 3, 2.3).
struct SourceList {
  /// The name of the directive in lower case. Empty if there is no directive.
  let name: String
  /// The source expressions as they were sent.
  private let expressions: [String]

  /// Parses a directive such as `script-src 'self' https:`.
  init(_ directive: String) {
    let words = directive.utf8.split(whereSeparator: \.isBlank)
      .map { String(decoding: $0, as: UTF8.self) }
    name = words.first?.lowercased() ?? ""
    expressions = Array(words.dropFirst())
  }

  /// Returns whether a keyword, which must be in lower case, is among the expressions.
  func contains(_ keyword: String) -> Bool { expressions.contains { $0.lowercased() == keyword } }

  /// Returns whether exactly this expression is among the expressions.
  func has(_ expression: String) -> Bool { expressions.contains(expression) }

  /// The expressions without `'none'`, which counts only if it is alone.
  var matching: [String] { expressions.filter { $0.lowercased() != "'none'" } }

  /// Whether everything from the page's own origin is allowed over HTTP. Hosts are not compared, because
  /// allowing a host twice does no harm.
  var allowsOrigin: Bool { contains("'self'") || contains("*") || contains("http:") }

  /// Whether every script needs a nonce, wherever it comes from (`'strict-dynamic'`).
  var isStrict: Bool { contains("'strict-dynamic'") }

  /// The nonces that can be written into a tag (base64-value).
  var nonces: [String] {
    expressions.compactMap { expression in
      guard expression.lowercased().hasPrefix("'nonce-"), expression.hasSuffix("'") else { return nil }
      let value = expression.dropFirst("'nonce-".count).dropLast()
      return !value.isEmpty && value.utf8.allSatisfy(Self.isBase64) ? String(value) : nil
    }
  }

  /// Whether all inline scripts of the page may run (6.7.3.2).
  var allowsInline: Bool {
    let isOverridden = expressions.contains { expression in
      ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].contains { expression.lowercased().hasPrefix($0) }
    }
    return contains("'unsafe-inline'") && !isOverridden && !isStrict
  }

  /// Returns whether a byte may be part of a base64-value.
  private static func isBase64(_ byte: UInt8) -> Bool {
    0x61...0x7A ~= byte.lowercased || 0x30...0x39 ~= byte || "+/-_=".utf8.contains(byte)
  }
}
