/// A file of git's configuration (git-config(1)), as far as the plain values of the sections `core` and `extensions` need it:
/// what other files it includes, and values over several lines, are passed over.
package struct GitConfiguration: Sendable {
  /// By section and name: `core.ignorecase`.
  private var values: [String: String] = [:]

  /// Reads a file; lines that are not understood say nothing.
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

  private static func value(_ text: Substring) -> String {
    if text.count > 1, text.hasPrefix("\""), let end = text.dropFirst().firstIndex(of: "\"") {
      return String(text[..<end].dropFirst())
    }
    return String((text.firstIndex { $0 == "#" || $0 == ";" }.map { text[..<$0] } ?? text).trimmed)
  }

  /// `core.excludesFile`: the user's own list of what to ignore, as it is written.
  package var excludesFile: String? { values["core.excludesfile"] }

  /// `core.ignoreCase`; nil where nothing is said.
  package var ignoresCase: Bool? {
    values["core.ignorecase"].map { ["true", "yes", "on", "1"].contains($0.lowercased()) }
  }
}

extension GitConfiguration {
  /// `extensions.objectFormat`: how many bytes the name of an object has.
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
