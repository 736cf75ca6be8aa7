/// The colours that SwiftPM and the compiler use, or none.
package struct Style: Sendable {
  /// Whether escape sequences are written.
  package let isColored: Bool

  /// As decided by ``init(isTerminal:environment:)``, or explicitly.
  package init(isColored: Bool) { self.isColored = isColored }

  /// As the user wants it (`auto`, `always`, `never`).
  package init(wanted: String, isTerminal: Bool, variable: (String) -> String?) {
    switch wanted {
    case "always": self.init(isColored: true)
    case "never": self.init(isColored: false)
    default: self.init(isTerminal: isTerminal, variable: variable)
    }
  }

  /// Coloured on a terminal that can, unless `NO_COLOR` is set: as SwiftPM decides.
  package init(isTerminal: Bool, variable: (String) -> String?) {
    isColored = isTerminal && variable("NO_COLOR") == nil && variable("TERM") != "dumb"
  }

  package func bold(_ text: String) -> String { wrap("1", text) }
  package func dim(_ text: String) -> String { wrap("2", text) }
  package func red(_ text: String) -> String { wrap("1;31", text) }
  package func green(_ text: String) -> String { wrap("1;32", text) }
  package func yellow(_ text: String) -> String { wrap("1;33", text) }
  package func magenta(_ text: String) -> String { wrap("1;35", text) }
  package func grey(_ text: String) -> String { wrap("1;90", text) }

  private func wrap(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
