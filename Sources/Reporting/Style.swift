/// The colours of SwiftPM and the compiler, or none.
package struct Style: Sendable {
  /// Whether escape sequences are written.
  package let isColored: Bool
  /// The name of this machine in the links around `file:line:column`; `nil` if there are no links.
  package var linkHost: String?

  /// Creates a style with or without colours.
  package init(isColored: Bool) { self.isColored = isColored }

  /// Creates the style for the setting `console.color` (`auto`, `always` or `never`).
  package init(wanted: String, isTerminal: Bool, variable: (String) -> String?) {
    switch wanted {
    case "always": self.init(isColored: true)
    case "never": self.init(isColored: false)
    default: self.init(isTerminal: isTerminal, variable: variable)
    }
  }

  /// Creates a style with colours for a terminal that supports them, unless `NO_COLOR` is set. SwiftPM
  /// decides likewise.
  package init(isTerminal: Bool, variable: (String) -> String?) {
    isColored = isTerminal && variable("NO_COLOR") == nil && variable("TERM") != "dumb"
  }

  /// Returns whether a style has links (OSC 8), by the setting `console.links` (`auto`, `always` or `never`). Terminals
  /// that do not support them ignore them, but for these.
  package static func hasLinks(
    wanted: String, isColored: Bool, isTerminal: Bool, variable: (String) -> String?
  ) -> Bool {
    switch wanted {
    case "always": return true
    case "never": return false
    default:
      let term = variable("TERM") ?? ""
      return isColored && isTerminal && !["", "dumb", "linux"].contains(term) && !term.hasPrefix("eterm")
    }
  }

  package func bold(_ text: String) -> String { wrap("1", text) }
  package func dim(_ text: String) -> String { wrap("2", text) }
  package func red(_ text: String) -> String { wrap("1;31", text) }
  package func green(_ text: String) -> String { wrap("1;32", text) }
  package func yellow(_ text: String) -> String { wrap("1;33", text) }
  package func magenta(_ text: String) -> String { wrap("1;35", text) }
  package func grey(_ text: String) -> String { wrap("1;90", text) }

  /// Returns a text between escape sequences, if the style has colours.
  private func wrap(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
