/// One thing that can be set: in `.reload.toml`, by a variable, or by an option. The file's example, the help and
/// `hotreload config` are made of these, so that they cannot disagree.
package struct Setting: Sendable {
  /// What it takes.
  package enum Kind: Equatable, Sendable {
    case string
    /// Relative to the file in which it is written; on the command line, to the working directory.
    case path
    case choice([String])
    case flag
    case duration
    case strings(paths: Bool = false)
    /// A list of patterns, as ``Glob`` reads them.
    case globs
    /// A list of extensions, with their dot: `js` and `*.js` are `.js`.
    case extensions
    /// A list of regular expressions, as ``PathExpression`` reads them.
    case expressions
    case command
    case table
  }

  /// The table of `.reload.toml` that it is in.
  package enum Section: String, CaseIterable, Sendable {
    case build, run, watch, swap, restart, browser, console
  }

  /// Its table.
  package let section: Section
  /// Its name in the table.
  package let name: String
  package let kind: Kind
  package let defaultValue: SettingValue
  /// Its option, with the dashes.
  package let option: String
  /// A shorter option.
  package let short: String?
  /// What stands for the value in a help text.
  package let placeholder: String
  /// One sentence, which ends with a full stop.
  package let help: String

  /// Where it is in the file: `swap.ready-timeout`.
  package var key: String { "\(section).\(name)" }

  /// Its variable: `HOTRELOAD_SWAP_READY_TIMEOUT`.
  package var variable: String {
    "HOTRELOAD_" + "\(section)_\(name)".uppercased().replacing("-", with: "_")
  }

  init(
    _ section: Section, _ name: String, _ kind: Kind, _ defaultValue: SettingValue = .none,
    option: String? = nil, short: String? = nil, placeholder: String = "value", help: String
  ) {
    self.section = section
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.option = option ?? "--\(name)"
    self.short = short
    self.placeholder = kind == .duration ? "duration" : kind == .path ? "path" : placeholder
    self.help = help
  }
}

extension Setting.Section {
  /// What a person reads above it.
  package var title: String {
    switch self {
    case .build: "How a program is made."
    case .run: "What is started."
    case .watch: "What counts as a save."
    case .swap: "How new code takes over from old."
    case .restart: "What is done about a server that dies on its own."
    case .browser: "What the browser's pages do about it."
    case .console: "What hotreload prints."
    }
  }
}
