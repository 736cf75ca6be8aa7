package import Settings

/// The parsed command line of `hotreload run` or `hotreload config`.
package struct Invocation: Sendable {
  /// A setting that was given as an option, or as an argument.
  package struct Given: Sendable {
    package let setting: Setting
    package let value: SettingValue
    /// The option as it was typed.
    package let option: String

    package init(_ setting: Setting, _ value: SettingValue, option: String) {
      self.setting = setting
      self.value = value
      self.option = option
    }
  }

  /// The path of the package, or of a directory in it.
  package var packagePath = "."
  /// The path of the settings; `nil` for the nearest `.reload.toml`.
  package var configPath: String?
  /// The settings of the command line, in its order.
  package var given: [Given] = []

  /// Creates an empty command line.
  package init() {}
}

/// An error for input that cannot be used. Its text says what to do.
package struct UsageFailure: Error, CustomStringConvertible {
  package let description: String

  /// Creates an error with the text that follows `error: `.
  package init(_ description: String) { self.description = description }
}
