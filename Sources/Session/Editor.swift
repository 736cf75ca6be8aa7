/// The user's editor, as `$VISUAL` or `$EDITOR` names it.
struct Editor {
  /// The value of the variable: a command for the shell, such as `code --wait`.
  let command: String

  /// Finds the editor. `nil` if no variable names one.
  init?(variable: (String) -> String?) {
    let named = ["VISUAL", "EDITOR"].lazy.compactMap(variable).first { !$0.allSatisfy(\.isWhitespace) }
    guard let named else { return nil }
    command = named
  }

  /// Whether the editor opens a window of its own, and does not need the terminal.
  var hasWindow: Bool {
    switch name {
    case "code", "code-insiders", "codium", "cursor", "subl", "zed", "gvim", "gedit", "kate", "idea", "clion":
      true
    default: false
    }
  }

  /// Returns the words of the command that opens a file at a place.
  func words(_ path: String, line: Int?, column: Int?) -> [String] {
    ["/bin/sh", "-c", "\(command) \"$@\"", name] + arguments(path, line: line, column: column)
  }

  private func arguments(_ path: String, line: Int?, column: Int?) -> [String] {
    guard let line else { return [path] }
    switch name {
    case "vi", "vim", "nvim", "gvim", "view", "ex", "ed", "joe", "jed", "mg", "mcedit", "gedit", "less":
      return ["+\(line)", path]
    case "nano", "pico": return ["+\(line),\(column ?? 1)", path]
    case "emacs", "emacsclient": return ["+\(line):\(column ?? 1)", path]
    case "kak": return ["+\(line):\(column ?? 1)", path]
    case "code", "code-insiders", "codium", "cursor": return ["--goto", "\(path):\(line):\(column ?? 1)"]
    case "hx", "helix", "subl", "zed", "micro": return ["\(path):\(line):\(column ?? 1)"]
    case "kate": return ["--line", "\(line)", "--column", "\(column ?? 1)", path]
    case "idea", "clion": return ["--line", "\(line)", "--column", "\(column ?? 1)", path]
    default: return [path]
    }
  }

  /// The name of the program.
  private var name: String {
    let word = command.split(separator: " ").first ?? ""
    return String(word.split(separator: "/").last ?? word)
  }
}
