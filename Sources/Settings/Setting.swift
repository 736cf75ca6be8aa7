/// The definition of a setting, which is set in `.reload.toml`, by a variable or by an option. The example
/// file, the help texts and `hotreload config` are made from these definitions.
package struct Setting: Sendable {
  /// The type of a setting's value.
  package enum Kind: Equatable, Sendable {
    case string
    /// A path. In a file it is relative to that file, and on the command line to the working directory.
    case path
    /// One of these strings.
    case choice([String])
    case flag
    case duration
    /// A whole number from 1 on.
    case count
    /// A restart policy, as ``RestartPolicyText`` parses it.
    case restartPolicy
    /// A list of strings. `paths` says whether they are paths like ``path``.
    case strings(paths: Bool = false)
    /// A list of patterns (``Glob``).
    case globs
    /// A list of extensions. `js` and `*.js` mean `.js`.
    case extensions
    /// A list of regular expressions (``PathExpression``).
    case expressions
    /// A shell command, or a list with a program and its arguments.
    case command
    /// A table of strings.
    case table
  }

  /// A table of `.reload.toml`.
  package enum Section: String, CaseIterable, Sendable {
    case build, run, watch, swap, restart, health, browser, console
  }

  /// An option without a value, such as `--quiet` for `--verbosity quiet`.
  package struct Shorthand: Sendable {
    /// The names, with their dashes.
    package let names: [String]
    /// The choice that it sets.
    package let value: String
  }

  /// The table of the setting.
  package let section: Section
  /// The name in the table.
  package let name: String
  package let kind: Kind
  /// The value if the setting is not set.
  package let defaultValue: SettingValue
  /// The command-line option, with its dashes.
  package let option: String
  /// The short form of the option; `nil` if there is none.
  package let short: String?
  /// The options without a value that set one of the choices.
  package let shorthands: [Shorthand]
  /// The name of the value in help texts.
  package let placeholder: String
  /// The help text, one or more sentences.
  package let help: String

  /// The key in the file, such as `swap.ready-timeout`.
  package var key: String { "\(section).\(name)" }

  /// The environment variable, such as `HOTRELOAD_SWAP_READY_TIMEOUT`.
  package var variable: String {
    "HOTRELOAD_" + "\(section)_\(name)".uppercased().replacing("-", with: "_")
  }

  /// Creates a setting. The option is `--name` unless another one is given.
  init(
    _ section: Section, _ name: String, _ kind: Kind, _ defaultValue: SettingValue = .none,
    option: String? = nil, short: String? = nil, shorthands: [Shorthand] = [], placeholder: String = "value",
    help: String
  ) {
    self.section = section
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.option = option ?? "--\(name)"
    self.short = short
    self.shorthands = shorthands
    self.placeholder = kind == .duration ? "duration" : kind == .path ? "path" : placeholder
    self.help = help
  }
}

extension Setting.Section {
  /// The heading above the section.
  package var title: String {
    switch self {
    case .build: "How the program is built."
    case .run: "What is run."
    case .watch: "What counts as a save."
    case .swap: "How new code replaces old code."
    case .restart: "Restarts of a server that has ended."
    case .health: "How it shows that the live server works."
    case .browser: "Live reload in the browser."
    case .console: "What hotreload prints."
    }
  }
}
