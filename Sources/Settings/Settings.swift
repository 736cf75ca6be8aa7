package import TOML

/// The origin of a value.
package enum Origin: Equatable, Sendable, CustomStringConvertible {
  /// The default of the setting.
  case builtIn
  /// The file with the settings, at this place.
  case file(Place)
  /// The environment variable of this name.
  case variable(String)
  /// The command-line option of this name.
  case option(String)

  package var description: String { description(path: \.self) }

  /// Returns the description, in which `path` converts the path of a file.
  package func description(path: (String) -> String) -> String {
    switch self {
    case .builtIn: "default"
    case .file(let place): "\(path(place.path)):\(place.line)"
    case .variable(let name): name
    case .option(let name): name
    }
  }
}

/// The settings in force. The last ``set(_:to:from:)`` wins, in the order of defaults, file, variables and
/// options.
package struct Settings: Sendable {
  /// A value with its origin.
  package struct Entry: Equatable, Sendable {
    package let value: SettingValue
    package let origin: Origin
    /// The place of each string in a list of the file; empty for other values and origins.
    package let places: [Place]

    /// Creates an entry.
    package init(value: SettingValue, origin: Origin, places: [Place] = []) {
      (self.value, self.origin, self.places) = (value, origin, places)
    }

    /// Returns the origin of a string in a list.
    package func origin(ofElement index: Int) -> Origin {
      places.indices.contains(index) ? .file(places[index]) : origin
    }
  }

  /// The values that are set, by key.
  private var entries: [String: Entry] = [:]
  /// The services of the project; empty if it has a single server.
  package var services: [ServiceSettings] = []

  /// Creates the defaults.
  package init() {}

  /// Sets a value.
  package mutating func set(_ setting: Setting, to value: SettingValue, from origin: Origin) {
    set(setting, to: Entry(value: value, origin: origin))
  }

  /// Sets a value with its origin and places.
  package mutating func set(_ setting: Setting, to entry: Entry) { entries[setting.key] = entry }

  /// Restores the default.
  package mutating func remove(_ setting: Setting) { entries[setting.key] = nil }

  /// Returns the value in force with its origin.
  package func entry(_ setting: Setting) -> Entry {
    entries[setting.key] ?? Entry(value: setting.defaultValue, origin: .builtIn)
  }

  /// Returns the value in force.
  package func value(_ setting: Setting) -> SettingValue { entry(setting).value }

  /// Reads the settings in environment variables. `variable` returns the value of a variable, and `names` are
  /// the names of all variables. Throws ``SettingsError`` for an invalid value or an unknown setting.
  package mutating func read(variable: (String) -> String?, names: [String] = []) throws(SettingsError) {
    let known = Setting.all.map(\.variable)
    let sections = Setting.Section.allCases.map { "HOTRELOAD_\($0.rawValue.uppercased())_" }
    for name in names where name.hasPrefix("HOTRELOAD_") && !known.contains(name) {
      let end = name.dropFirst("HOTRELOAD".count)
      // Without its section it is the whole name of a setting: HOTRELOAD_FILES is no 'run.env-files'.
      guard sections.contains(where: { name.hasPrefix($0) || known.contains($0.dropLast() + String(end)) })
      else { continue }
      let guess =
        Setting.formerVariable(name).map { "; \($0)" }
        ?? nearest(to: name, among: known).map { "; did you mean '\($0)'?" }
      throw SettingsError(
        "\(name): unknown setting" + (guess ?? "; 'hotreload config' lists all settings"))
    }
    for setting in Setting.all {
      guard let text = variable(setting.variable) else { continue }
      do throws(InvalidValue) {
        set(setting, to: try SettingValue(text, of: setting.kind), from: .variable(setting.variable))
      } catch {
        throw SettingsError("\(setting.variable): \(error)")
      }
    }
  }
}

// Values by type. A setting's kind and default are defined together, so the other cases do not occur.
extension Settings {
  /// Returns the string in force; `nil` if the setting is not set.
  package func string(_ setting: Setting) -> String? {
    if case .string(let text) = value(setting) { text } else { nil }
  }

  /// Returns whether the flag in force is true.
  package func flag(_ setting: Setting) -> Bool { value(setting) == .flag(true) }

  /// Returns the duration in force.
  package func duration(_ setting: Setting) -> Duration {
    if case .duration(let duration) = value(setting) { duration } else { .zero }
  }

  /// Returns the number in force.
  package func count(_ setting: Setting) -> Int {
    if case .count(let count) = value(setting) { count } else { 0 }
  }

  /// Returns the list in force.
  package func strings(_ setting: Setting) -> [String] {
    if case .strings(let texts) = value(setting) { texts } else { [] }
  }

  /// Returns the command in force; `nil` if the setting is not set.
  package func command(_ setting: Setting) -> SettingValue.CommandLine? {
    if case .command(let command) = value(setting) { command } else { nil }
  }

  /// Returns the table in force.
  package func table(_ setting: Setting) -> [SettingValue.Pair] {
    if case .table(let pairs) = value(setting) { pairs } else { [] }
  }
}

/// The error for settings that cannot be used. The text is a complete message for the user.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
  package let description: String
  /// Whether the text is a diagnostic in the compiler's format, `path:line:column: error: …`.
  package let isDiagnostic: Bool

  package init(_ description: String, isDiagnostic: Bool = false) {
    self.description = description
    self.isDiagnostic = isDiagnostic
  }
}

extension Settings {
  /// Returns the error for a setting that cannot be used, with its origin.
  package func error(for setting: Setting, _ reason: String) -> SettingsError {
    let origin = entry(setting).origin
    let text = "'\(setting.key)' \(reason)"
    if case .file(let place) = origin { return SettingsError(place.error(text), isDiagnostic: true) }
    return SettingsError(origin == .builtIn ? text : "\(origin): \(text)")
  }

  /// Returns a warning about a string of a list, with its place.
  package func warning(_ setting: Setting, element index: Int, _ reason: String) -> String {
    let origin = entry(setting).origin(ofElement: index)
    let text = "'\(setting.key)': \(reason)"
    if case .file(let place) = origin { return place.warning(text) }
    return "warning: " + (origin == .builtIn ? text : "\(origin): \(text)")
  }

  /// Throws ``SettingsError`` if `longer` is shorter than `shorter`. The error names the one that is set.
  private func validate(_ longer: Setting, notShorterThan shorter: Setting) throws(SettingsError) {
    let (limit, value) = (duration(longer).written, duration(shorter).written)
    if duration(longer) >= duration(shorter) { return }
    throw entry(longer).origin == .builtIn
      ? error(for: shorter, "(\(value)) is longer than '\(longer.key)' (\(limit)); set that too")
      : error(for: longer, "(\(limit)) is shorter than '\(shorter.key)' (\(value))")
  }

  /// Throws ``SettingsError`` if values are invalid, or contradict each other.
  package func validate() throws(SettingsError) {
    if command(.buildCommand) != nil, command(.runCommand) == nil {
      throw error(
        for: .buildCommand, "needs 'run.command' too: hotreload cannot know which program that command builds"
      )
    }
    if command(.runCommand) != nil, string(.product) != nil {
      throw error(for: .product, "and 'run.command' both name what to start; keep one of them")
    }
    for setting in [
      Setting.readyPeriod, .readyTimeout, .handoverTimeout, .stopTimeout, .healthPeriod, .healthTimeout,
    ] where duration(setting) == .zero {
      throw error(for: setting, "must be longer than zero")
    }
    try validate(.debounceLimit, notShorterThan: .debounce)
    try validate(.restartLimit, notShorterThan: .restartDelay)
    try validate(.readyTimeout, notShorterThan: .readyDelay)
    if duration(.readyTimeout) == duration(.readyDelay) {
      throw error(for: .readyDelay, "must be shorter than 'swap.ready-timeout'")
    }
    for setting in [Setting.readyPath, .healthPath] {
      guard let path = string(setting), !path.hasPrefix("/") else { continue }
      throw error(for: setting, "is '\(path)', which is not the path of a URL: it must begin with '/'")
    }
    if string(.healthPath) == nil, !flag(.healthTCP), command(.healthCommand) == nil {
      for setting in [Setting.healthPeriod, .healthTimeout, .healthThreshold, .healthDelay]
      where entry(setting).value != setting.defaultValue {
        throw error(for: setting, "needs a check: 'health.path', 'health.tcp' or 'health.command'")
      }
    }
    for setting in [Setting.environment, .buildEnvironment] {
      for pair in table(setting) where pair.name.isEmpty || pair.name.contains("=") {
        throw error(for: setting, "contains '\(pair.name)', which is not the name of a variable")
      }
    }
    if case .shell(let text) = command(.runCommand), !strings(.runArguments).isEmpty,
      SettingValue.CommandLine.textTakingArguments(text) == nil
    {
      throw error(
        for: .runArguments,
        "cannot be passed to a 'run.command' of several commands: write \"$@\" in it where they belong")
    }
    let addresses = strings(.listen)
    for (index, address) in addresses.enumerated() where addresses[..<index].contains(address) {
      throw error(for: .listen, "contains '\(address)' twice")
    }
    for setting in [Setting.browserServer, .reloadOn] where string(.browserListen) == nil {
      if entry(setting).value != setting.defaultValue {
        throw error(
          for: setting,
          "needs 'browser.listen', the address of the pages for the browser, such as \"127.0.0.1:8090\"")
      }
    }
  }
}
