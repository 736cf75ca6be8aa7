internal import Posix
internal import Reporting

/// The terminal to which `hotreload run` would write.
struct TerminalState: Equatable {
  /// Whether standard error is a terminal.
  var isTerminal: Bool
  /// The variable `TERM`.
  var name: String?
  /// The variable `NO_COLOR`.
  var noColor: String?
  /// The width in columns.
  var columns: Int?
  /// The setting `console.color`.
  var wanted = "auto"

  /// The finding about it. It is never a problem.
  var finding: Finding {
    let style = Style(wanted: wanted, isTerminal: isTerminal) { variable in
      variable == "TERM" ? name : variable == "NO_COLOR" ? noColor : nil
    }
    guard isTerminal else {
      let colors = style.isColored ? "with" : "without"
      return .ok(.terminal, "standard error is no terminal; lines are written \(colors) colours")
    }
    let width = columns.map { ", \($0) columns" } ?? ""
    let colors = style.isColored ? "with colours" : "without colours (\(reason))"
    return .ok(.terminal, "\(name ?? "a terminal without TERM")\(width), \(colors)")
  }

  /// The reason why a terminal has no colours.
  private var reason: String {
    if wanted == "never" { return "'console.color' is never" }
    return noColor == nil ? "TERM is dumb" : "NO_COLOR is set"
  }
}

extension TerminalState {
  /// Looks at standard error.
  static func read(wanted: String?) -> TerminalState {
    TerminalState(
      isTerminal: standardError.isTerminal, name: CurrentProcess.variable("TERM"),
      noColor: CurrentProcess.variable("NO_COLOR"), columns: standardError.columns, wanted: wanted ?? "auto")
  }
}

extension Finding {
  /// Creates the finding about the notifications of the setting `console.notify`; `nil` if there are none to check.
  /// `program` is the path of `notify-send`.
  static func notification(_ wanted: String?, program: String?, isTerminal: Bool) -> Finding? {
    switch wanted {
    case "desktop":
      program.map { Finding.ok(.notification, "failures are shown by \($0)") }
        ?? .warning(
          .notification, "'console.notify' is desktop, but there is no 'notify-send' on PATH",
          advice: "install libnotify (the package libnotify-bin on Debian), or set 'console.notify' to bell")
    case "bell":
      isTerminal
        ? .ok(.notification, "failures ring the bell of the terminal")
        : .warning(
          .notification, "'console.notify' is bell, but standard error is no terminal",
          advice: "run hotreload in a terminal")
    default: nil
    }
  }
}
