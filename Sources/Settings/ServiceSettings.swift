/// A `[[service]]` of `.reload.toml`, with its own values for some sections.
package struct ServiceSettings: Equatable, Sendable {
  /// The name of the service. It is also the name of the product, unless another one is set.
  package let name: String
  /// The place of the service in the file.
  package let origin: Origin
  /// The service's own values, by the keys of the settings.
  fileprivate(set) var entries: [String: Settings.Entry]

  init(name: String, origin: Origin, entries: [String: Settings.Entry]) {
    (self.name, self.origin, self.entries) = (name, origin, entries)
  }

  /// The sections that a service may have. All others apply to the whole project.
  static let sections: [Setting.Section] = [.run, .swap, .restart, .health]

  /// Returns the service's own value of a setting; `nil` if it has none.
  package func entry(_ setting: Setting) -> Settings.Entry? { entries[setting.key] }
}

extension Settings {
  /// Returns the settings of a service. Its own values take precedence over the file's, and options and
  /// variables over both.
  package func settings(of service: ServiceSettings) -> Settings {
    var settings = self
    for setting in Setting.all {
      guard let own = service.entry(setting) else { continue }
      switch entry(setting).origin {
      case .builtIn, .file: settings.set(setting, to: own)
      case .variable, .option: break
      }
    }
    if settings.string(.product) == nil, settings.command(.runCommand) == nil {
      settings.set(.product, to: .string(service.name), from: service.origin)
    }
    return settings
  }

  /// Replaces the services' own values by those that `resolved` returns.
  package mutating func resolvePathsOfServices(_ resolved: (Setting, SettingValue) -> SettingValue) {
    for index in services.indices {
      for (key, entry) in services[index].entries {
        guard let setting = Setting.named(key) else { continue }
        services[index].entries[key] = Entry(
          value: resolved(setting, entry.value), origin: entry.origin, places: entry.places)
      }
    }
  }

  /// Throws ``SettingsError`` if values contradict each other, or a value cannot apply to all services.
  package func validateAll() throws(SettingsError) {
    if services.isEmpty { return try validate() }
    for setting in [Setting.product, .runCommand, .listen] where entry(setting).origin.isFile {
      throw error(
        for: setting, "applies to one service: set it under its [[service]], in [service.\(setting.section)]")
    }
    var shared = self
    shared.remove(.product)  // it names one of the services
    for service in services { try shared.settings(of: service).validate() }
  }

  /// Throws ``SettingsError`` if two services have the same address in `swap.listen`.
  package func refuseSharedAddresses() throws(SettingsError) {
    var takers: [String: String] = [:]
    for service in services {
      let settings = settings(of: service)
      for address in settings.strings(.listen) {
        guard let taker = takers.updateValue(service.name, forKey: address) else { continue }
        throw settings.error(
          for: .listen,
          "contains '\(address)' for service '\(service.name)', but service '\(taker)' has it too")
      }
    }
  }
}

extension Origin {
  fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}
