/// A text for man(1), with the macros of man(7).
struct Roff {
  private(set) var text = ""

  /// Adds a heading of the page: its name, section 1, and the version.
  mutating func title(_ name: String, version: String) {
    text += ".TH \(Self.escaped(name.uppercased())) 1 \"\" \"\(Self.escaped("\(name) \(version)"))\"\n"
  }

  mutating func section(_ name: String) { text += ".SH \(Self.escaped(name))\n" }

  mutating func subsection(_ name: String) { text += ".SS \"\(Self.escaped(name))\"\n" }

  mutating func paragraph(_ words: String) { text += ".PP\n" + Self.line(words) }

  /// Adds a term in bold, and its description below it, in one or more paragraphs.
  mutating func item(_ term: String, _ description: String...) {
    text += ".TP\n\\fB\(Self.escaped(term))\\fR\n" + description.map(Self.line).joined(separator: ".br\n")
  }

  /// Adds lines that are not filled.
  mutating func example(_ lines: [String]) {
    text += ".PP\n.nf\n" + lines.map(Self.line).joined() + ".fi\n"
  }

  /// Returns a text line. One that begins with a dot or an apostrophe would be a request.
  private static func line(_ words: String) -> String {
    let line = escaped(words)
    return (line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line + "\n"
  }

  /// Returns a text without characters that roff interprets, and without any that are not ASCII (groff_char(7)).
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\"": result += "\\(dq"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "…": result += "..."
      case _ where !scalar.isASCII:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
