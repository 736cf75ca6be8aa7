internal import Posix
package import Settings

/// The settings with which programs are built.
package struct Recipe: Equatable, Sendable {
  /// `debug` or `release`.
  package var configuration: String?
  /// The arguments for `swift build`.
  package var arguments: [String]
  /// The command that replaces `swift build`.
  package var command: SettingValue.CommandLine?
  var before: SettingValue.CommandLine?
  var after: SettingValue.CommandLine?
  /// Whether the fast path is used.
  var isFast: Bool
  /// The variables of the build only, as `NAME=value`.
  var variables: [String]

  /// Creates a recipe. The default is `swift build` without options.
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

  /// The environment of all commands of a build.
  package var environment: [String] {
    variables.isEmpty ? CurrentProcess.environment : CurrentProcess.environment.overlaid(with: variables)
  }

  /// The setting that rules out the fast path; `nil` if there is none. The fast path makes a program of its
  /// own beside SwiftPM's, which the user's commands do not know.
  package var fastPathBlocker: String? {
    if !isFast { return "'build.fast' is false" }
    if command != nil { return "'build.command' is set" }
    return after == nil ? nil : "'build.after' needs the program that swift build makes"
  }
}
