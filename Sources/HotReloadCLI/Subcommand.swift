import Posix
import Settings

/// A command, with its texts and options.
struct Subcommand {
  let name: String
  /// The description, in one sentence.
  let abstract: String
  /// The paragraphs of the detailed description.
  var discussion: [String] = []
  /// The arguments after the options, as they are named in the usage.
  var arguments: [(name: String, help: String)] = []
  var options: [Option] = []

  /// An option of a command.
  struct Option {
    let names: [String]
    /// The name of the value in the help; `nil` for an option without a value.
    var placeholder: String?
    /// The possible values; empty if any value is allowed.
    var choices: [String] = []
    let help: String
  }

  /// All documented commands.
  static let all =
    [RunCommand.command] + ControlCommand.all.map(\.subcommand) + [
      ConfigCommand.command, ExplainCommand.command, InitCommand.command, DoctorCommand.command,
      MCPCommand.command,
    ]

  /// The usage line.
  var usage: String {
    "hotreload \(name) [<options>]" + arguments.map { " \($0.name)" }.joined()
  }
}

extension Subcommand.Option {
  /// Creates the option of a setting. Its help states the default.
  init(_ setting: Setting) {
    let positive =
      setting.kind == .flag ? "\(setting.option)/--no-\(setting.option.dropFirst(2))" : setting.option
    names = [setting.short, positive].compactMap(\.self)
    switch setting.kind {
    case .choice(let values): choices = values
    case .restartPolicy: choices = RestartPolicyText.names
    default: break
    }
    var notes = choices.isEmpty ? [] : ["values: \(choices.joined(separator: ", "))"]
    switch setting.defaultValue {
    case .string(let text): notes.append("default: \(text)")
    case .duration(let duration): notes.append("default: \(duration.written)")
    case .count(let count): notes.append("default: \(count)")
    case .flag(let flag): notes.append("default: \(flag ? "yes" : "no")")
    default: break
    }
    switch setting.kind {
    case .strings, .expressions, .globs, .extensions, .table: notes.append("may be given more than once")
    default: break
    }
    placeholder = setting.kind == .flag ? nil : "<\(setting.placeholder)>"
    help = setting.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
  }

  /// Returns the option of a setting and its shorthands.
  static func all(of setting: Setting) -> [Self] {
    [Self(setting)]
      + setting.shorthands.map { Self(names: $0.names, help: "The same as \(setting.option) \($0.value).") }
  }

  static let help = Self(names: ["-h", "--help"], help: "Show help information.")

  /// The options that name the project and its settings. Every command that reads settings has them.
  static let project = [
    Self(
      names: ["-C", "--package-path"], placeholder: "<path>",
      help: "The package's directory, or a directory in it. (default: .)"),
    Self(
      names: ["--config"], placeholder: "<path>",
      help: "The settings file. (default: the nearest .reload.toml in the package)"),
  ]
}

// Help texts in the format of ArgumentParser.
extension Subcommand {
  /// Returns the help text for a terminal of `width` columns.
  func helpText(width: Int) -> String {
    var text = "OVERVIEW: \(abstract)\n\n"
    for paragraph in discussion { text += wrapped(paragraph, width: width).joined(separator: "\n") + "\n\n" }
    text += "USAGE: \(usage)\n\n"
    if !arguments.isEmpty {
      let rows = arguments.map {
        Self.row($0.name.filter { !"[]-".contains($0) }.trimmed, $0.help, width: width)
      }
      text += "ARGUMENTS:\n" + rows.joined() + "\n"
    }
    text += "OPTIONS:\n"
    for option in options + [.help] {
      text += Self.row(
        option.names.joined(separator: ", ") + (option.placeholder.map { " \($0)" } ?? ""), option.help,
        width: width)
    }
    return text
  }

  /// The help text for standard output.
  var helpText: String { helpText(width: Self.width) }

  /// The number of columns of standard output: at least 50, and 100 if it is not a terminal.
  static var width: Int { max(standardOutput.columns ?? 100, 50) }

  /// Returns a row of two columns. The second one starts in column 26.
  static func row(_ left: String, _ right: String, width: Int) -> String {
    let lines = wrapped(right, width: width - 26)
    let margin = String(repeating: " ", count: 26)
    let first = "  \(left)"
    let isShort = first.count < 25
    var text = isShort ? first + String(repeating: " ", count: 26 - first.count) : first + "\n" + margin
    text += lines.joined(separator: "\n" + margin)
    return text + "\n"
  }
}

extension String {
  /// The text without spaces and dots at both ends.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " || text.first == "." { text = text.dropFirst() }
    while text.last == " " || text.last == "." { text = text.dropLast() }
    return String(text)
  }
}
