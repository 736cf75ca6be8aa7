/// What a `[[service]]` of `.reload.toml` says: its own values for what is run and swapped.
package struct ServiceSettings: Equatable, Sendable {
  /// What the user calls it; the product that it runs where nothing else is said.
  package let name: String
  /// Where it is in the file.
  package let origin: Origin
  fileprivate(set) var entries: [String: Settings.Entry]

  init(name: String, origin: Origin, entries: [String: Settings.Entry]) {
    (self.name, self.origin, self.entries) = (name, origin, entries)
  }

  /// The tables of `.reload.toml` that a service may have of its own; the others are for all.
  static let sections: [Setting.Section] = [.run, .swap, .restart]

  /// What it says of a setting itself.
  package func entry(_ setting: Setting) -> Settings.Entry? { entries[setting.key] }
}

extension Settings {
  /// The settings of one of the ``services``: its own values win over the file's, and options and variables over both.
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

  /// Replaces what the services say of each setting.
  package mutating func resolvePathsOfServices(_ resolved: (Setting, SettingValue) -> SettingValue) {
    for index in services.indices {
      for (key, entry) in services[index].entries {
        guard let setting = Setting.named(key) else { continue }
        services[index].entries[key] = Entry(
          value: resolved(setting, entry.value), origin: entry.origin, places: entry.places)
      }
    }
  }

  /// Refuses what cannot work together, and what cannot be for all services.
  package func checkAll() throws(SettingsError) {
    if services.isEmpty { return try check() }
    for setting in [Setting.product, .runCommand, .listen] where entry(setting).origin.isFile {
      throw refuse(setting, "is one service's: set it under its [[service]], in [service.\(setting.section)]")
    }
    var shared = self
    shared.remove(.product)  // it names one of the services
    for service in services { try shared.settings(of: service).check() }
  }

  /// Refuses an address that two services are to listen at.
  package func refuseSharedAddresses() throws(SettingsError) {
    var takers: [String: String] = [:]
    for service in services {
      let settings = settings(of: service)
      for address in settings.strings(.listen) {
        guard let taker = takers.updateValue(service.name, forKey: address) else { continue }
        throw settings.refuse(
          .listen, "has '\(address)' for service '\(service.name)', and service '\(taker)' has it too")
      }
    }
  }
}

extension Origin {
  fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}
