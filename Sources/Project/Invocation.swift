package import Settings

/// What a command line of `hotreload run` or `hotreload config` says.
package struct Invocation: Sendable {
  /// A setting that was given as an option, or as an argument.
  package struct Given: Sendable {
    package let setting: Setting
    package let value: SettingValue
    /// As it was typed.
    package let option: String

    package init(_ setting: Setting, _ value: SettingValue, option: String) {
      self.setting = setting
      self.value = value
      self.option = option
    }
  }

  /// Where the package, or a directory in it, is.
  package var packagePath = "."
  /// The file with the settings; nil for the `.reload.toml` that is nearest.
  package var configPath: String?
  /// In the order of the command line.
  package var given: [Given] = []

  /// An empty command line.
  package init() {}
}

/// Input that nothing can be done with. Its text says what to do.
package struct UsageFailure: Error, CustomStringConvertible {
  package let description: String

  /// With what the user reads after `error: `.
  package init(_ description: String) { self.description = description }
}
