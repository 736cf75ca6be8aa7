internal import Posix
package import Settings

/// How a program is made.
package struct Recipe: Equatable, Sendable {
  /// `debug` or `release`.
  package var configuration: String?
  /// For `swift build`.
  package var arguments: [String]
  /// Instead of `swift build`.
  package var command: SettingValue.CommandLine?
  var before: SettingValue.CommandLine?
  var after: SettingValue.CommandLine?
  /// The fast path is wanted.
  var isFast: Bool
  /// Of the build only, as `NAME=value`.
  var variables: [String]

  /// `swift build` without options, unless something else is wanted.
  package init(
    configuration: String? = nil, arguments: [String] = [], command: SettingValue.CommandLine? = nil,
    before: SettingValue.CommandLine? = nil, after: SettingValue.CommandLine? = nil, isFast: Bool = true,
    variables: [String] = []
  ) {
    (self.configuration, self.arguments, self.command) = (configuration, arguments, command)
    (self.before, self.after, self.isFast, self.variables) = (before, after, isFast, variables)
  }

  /// The names of ``variables``.
  var variableNames: Set<String> { Set(variables.map { String($0.prefix { $0 != "=" }) }) }

  /// What everything that is started for a build gets.
  package var environment: [String] {
    variables.isEmpty ? CurrentProcess.environment : CurrentProcess.environment.overlaid(with: variables)
  }

  /// The setting that rules the fast path out; nil for none. It makes a program of its own beside SwiftPM's, which the user's
  /// commands do not know of.
  var obstacleToFast: String? {
    if !isFast { return "'build.fast' is false" }
    if command != nil { return "'build.command' builds" }
    return after == nil ? nil : "'build.after' works on the program that swift build makes"
  }
}
