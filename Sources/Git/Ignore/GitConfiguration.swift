/// A file of git's configuration (git-config(1)), limited to plain values in the sections `core` and
/// `extensions`. Included files and values over several lines are ignored.
package struct GitConfiguration: Sendable {
  /// The values, by section and name, such as `core.ignorecase`.
  private var values: [String: String] = [:]

  /// Parses a file. Lines that are not understood are skipped.
  package init(_ bytes: [UInt8]) {
    var section: String?
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let line = line.trimmed
      if line.hasPrefix("[") {
        section = ["core", "extensions"].first { line.lowercased() == "[\($0)]" }
      } else if let section, !line.hasPrefix("#"), !line.hasPrefix(";") {
        let parts = line.split(separator: "=", maxSplits: 1)
        guard let name = parts.first?.trimmed.lowercased() else { continue }
        values["\(section).\(name)"] = parts.count == 2 ? Self.value(parts[1].trimmed) : "true"
      }
    }
  }

  /// Returns a value without its quotes, or without the comment after it.
  private static func value(_ text: Substring) -> String {
    if text.count > 1, text.hasPrefix("\""), let end = text.dropFirst().firstIndex(of: "\"") {
      return String(text[..<end].dropFirst())
    }
    return String((text.firstIndex { $0 == "#" || $0 == ";" }.map { text[..<$0] } ?? text).trimmed)
  }

  /// The value of `core.excludesFile`, the path of the user's own ignore file, as it is written. `nil` if it
  /// is not set.
  package var excludesFile: String? { values["core.excludesfile"] }

  /// The value of `core.ignoreCase`. `nil` if it is not set.
  package var ignoresCase: Bool? {
    values["core.ignorecase"].map { ["true", "yes", "on", "1"].contains($0.lowercased()) }
  }
}

extension GitConfiguration {
  /// The size of an object name in bytes, from `extensions.objectFormat`: 32 for SHA-256, 20 for SHA-1.
  package var hashSize: Int { values["extensions.objectformat"]?.lowercased() == "sha256" ? 32 : 20 }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return text
  }
}
