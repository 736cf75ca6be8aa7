package import TOML

/// Where a value comes from.
package enum Origin: Equatable, Sendable, CustomStringConvertible {
  case builtIn
  case file(Place)
  case variable(String)
  case option(String)

  package var description: String { description(path: \.self) }

  /// With another text for the path of a file.
  package func description(path: (String) -> String) -> String {
    switch self {
    case .builtIn: "default"
    case .file(let place): "\(path(place.path)):\(place.line)"
    case .variable(let name): name
    case .option(let name): name
    }
  }
}

/// The settings in force. A later ``set(_:to:from:)`` wins: defaults, file, variables, options.
package struct Settings: Sendable {
  /// A value and its origin.
  package struct Entry: Equatable, Sendable {
    package let value: SettingValue
    package let origin: Origin
    /// Where each string of a list stands in the file; none of other values, and of those that are from elsewhere.
    package let places: [Place]

    /// All parts.
    package init(value: SettingValue, origin: Origin, places: [Place] = []) {
      (self.value, self.origin, self.places) = (value, origin, places)
    }

    /// Where one of the strings of a list comes from.
    package func origin(ofElement index: Int) -> Origin {
      places.indices.contains(index) ? .file(places[index]) : origin
    }
  }

  private var entries: [String: Entry] = [:]
  /// The services of the project; none where it is one server.
  package var services: [ServiceSettings] = []

  /// The defaults.
  package init() {}

  /// Sets one.
  package mutating func set(_ setting: Setting, to value: SettingValue, from origin: Origin) {
    set(setting, to: Entry(value: value, origin: origin))
  }

  /// Sets one, with all that is known of where the value comes from.
  package mutating func set(_ setting: Setting, to entry: Entry) { entries[setting.key] = entry }

  /// Goes back to the default.
  package mutating func remove(_ setting: Setting) { entries[setting.key] = nil }

  /// The value in force, and where it comes from.
  package func entry(_ setting: Setting) -> Entry {
    entries[setting.key] ?? Entry(value: setting.defaultValue, origin: .builtIn)
  }

  /// The value in force.
  package func value(_ setting: Setting) -> SettingValue { entry(setting).value }

  /// Takes what `variable` says of each setting's variable. `names` are those of all variables that there are. Throws
  /// ``SettingsError`` with the variable's name.
  package mutating func read(variable: (String) -> String?, names: [String] = []) throws(SettingsError) {
    let known = Setting.all.map(\.variable)
    let sections = Setting.Section.allCases.map { "HOTRELOAD_\($0.rawValue.uppercased())_" }
    for name in names where name.hasPrefix("HOTRELOAD_") && !known.contains(name) {
      let end = name.dropFirst("HOTRELOAD".count)
      guard sections.contains(where: name.hasPrefix) || known.contains(where: { $0.hasSuffix(end) }) else {
        continue
      }
      let guess = nearest(to: name, among: known).map { "; did you mean '\($0)'?" }
      throw SettingsError(
        "\(name): there is no such setting" + (guess ?? "; 'hotreload config' lists all settings"))
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

// Typed values. A setting's kind and default are fixed together, so that the other cases cannot occur.
extension Settings {
  package func string(_ setting: Setting) -> String? {
    if case .string(let text) = value(setting) { text } else { nil }
  }

  package func flag(_ setting: Setting) -> Bool { value(setting) == .flag(true) }

  package func duration(_ setting: Setting) -> Duration {
    if case .duration(let duration) = value(setting) { duration } else { .zero }
  }

  package func strings(_ setting: Setting) -> [String] {
    if case .strings(let texts) = value(setting) { texts } else { [] }
  }

  package func command(_ setting: Setting) -> SettingValue.CommandLine? {
    if case .command(let command) = value(setting) { command } else { nil }
  }

  package func table(_ setting: Setting) -> [SettingValue.Pair] {
    if case .table(let pairs) = value(setting) { pairs } else { [] }
  }
}

/// Settings that cannot be used. The text is for the user, and complete.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
  package let description: String
  /// It is in the compiler's form already: `path:line:column: error: …`.
  package let isDiagnostic: Bool

  package init(_ description: String, isDiagnostic: Bool = false) {
    self.description = description
    self.isDiagnostic = isDiagnostic
  }
}

extension Settings {
  /// What the user reads about a setting that cannot be used, with the place where it was set.
  package func refuse(_ setting: Setting, _ reason: String) -> SettingsError {
    let origin = entry(setting).origin
    let text = "'\(setting.key)' \(reason)"
    if case .file(let place) = origin { return SettingsError(place.error(text), isDiagnostic: true) }
    return SettingsError(origin == .builtIn ? text : "\(origin): \(text)")
  }

  /// What the user reads about a string of a list that may not be what was meant, with its place.
  package func warning(_ setting: Setting, element index: Int, _ reason: String) -> String {
    let origin = entry(setting).origin(ofElement: index)
    let text = "'\(setting.key)': \(reason)"
    if case .file(let place) = origin { return place.warning(text) }
    return "warning: " + (origin == .builtIn ? text : "\(origin): \(text)")
  }

  /// Names the one of the two that is set.
  private func refuse(_ longer: Setting, shorterThan shorter: Setting) throws(SettingsError) {
    let (limit, value) = (duration(longer).written, duration(shorter).written)
    if duration(longer) >= duration(shorter) { return }
    throw entry(longer).origin == .builtIn
      ? refuse(shorter, "(\(value)) is longer than '\(longer.key)' (\(limit)); set that too")
      : refuse(longer, "(\(limit)) is shorter than '\(shorter.key)' (\(value))")
  }

  /// Refuses what cannot work together.
  package func check() throws(SettingsError) {
    if command(.buildCommand) != nil, command(.runCommand) == nil {
      throw refuse(.buildCommand, "also needs 'run.command': hotreload cannot know what that command makes")
    }
    if command(.runCommand) != nil, string(.product) != nil {
      throw refuse(.product, "and 'run.command' say two things to start; keep one of them")
    }
    for setting in [Setting.readyTimeout, .handoverTimeout, .stopTimeout] where duration(setting) == .zero {
      throw refuse(setting, "is zero: no server could be that fast")
    }
    try refuse(.debounceLimit, shorterThan: .debounce)
    try refuse(.restartLimit, shorterThan: .restartDelay)
    try refuse(.readyTimeout, shorterThan: .readyDelay)
    if duration(.readyTimeout) == duration(.readyDelay) {
      throw refuse(.readyDelay, "is all of 'swap.ready-timeout': no server could be that fast")
    }
    if let path = string(.readyPath), !path.hasPrefix("/") {
      throw refuse(.readyPath, "is '\(path)', which is no path of a URL: it begins with '/'")
    }
    for setting in [Setting.environment, .buildEnvironment] {
      for pair in table(setting) where pair.name.isEmpty || pair.name.contains("=") {
        throw refuse(setting, "has '\(pair.name)', which is no name of a variable")
      }
    }
    if case .shell(let text) = command(.runCommand), !strings(.runArguments).isEmpty,
      SettingValue.CommandLine.textTakingArguments(text) == nil
    {
      throw refuse(
        .runArguments, "cannot be given to a 'run.command' of several: write \"$@\" in it where they belong")
    }
    let addresses = strings(.listen)
    for (index, address) in addresses.enumerated() where addresses[..<index].contains(address) {
      throw refuse(.listen, "has '\(address)' twice")
    }
    for setting in [Setting.browserServer, .reloadOn] where string(.browserListen) == nil {
      if entry(setting).value != setting.defaultValue {
        throw refuse(
          setting, "needs 'browser.listen': where the browser finds the pages, such as \"127.0.0.1:8090\"")
      }
    }
  }
}
