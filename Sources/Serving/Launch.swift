package import Handoff
internal import Posix
package import Settings

/// The settings with which servers are started.
package struct Launch: Equatable, Sendable {
  /// The arguments that follow those of the program.
  package var arguments: [String] = []
  /// The variables as `NAME=value`. They replace inherited ones. The last of several with one name applies.
  package var variables: [String] = []
  /// The addresses at which hotreload listens itself. The server receives these sockets (sd_listen_fds(3)).
  package var listen: [ListenAddress] = []
  /// The command that must succeed before a new generation takes over; `nil` if none.
  package var readyCommand: SettingValue.CommandLine?
  /// Whether the server gets the standard input of hotreload.
  package var readsInput = false
  /// The command that shows that a live generation works; `nil` if none.
  package var healthCommand: SettingValue.CommandLine?
  /// The working directory.
  package var directory: String

  /// Creates settings without sockets and without a command.
  package init(arguments: [String] = [], variables: [String] = [], directory: String) {
    self.arguments = arguments
    self.variables = variables
    self.directory = directory
  }

  /// Returns the inherited environment with ``variables`` laid over it.
  func environment(over inherited: [String]) -> [String] { inherited.overlaid(with: variables) }
}
