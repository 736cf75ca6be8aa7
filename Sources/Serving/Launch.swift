package import Handoff
internal import Posix

/// How servers are started.
package struct Launch: Equatable, Sendable {
  /// After those of the program.
  package var arguments: [String] = []
  /// `NAME=value`, in place of what is inherited; of two of a name the later one.
  package var variables: [String] = []
  /// Where hotreload listens itself, and what the server is started with (sd_listen_fds(3)).
  package var listen: [ListenAddress] = []
  /// When a new one may take over.
  package var readiness = ReadinessRules()
  /// The working directory.
  package var directory: String

  /// With no arguments and nothing but the inherited variables.
  package init(arguments: [String] = [], variables: [String] = [], directory: String) {
    self.arguments = arguments
    self.variables = variables
    self.directory = directory
  }

  /// An environment with the variables in it.
  func environment(over inherited: [String]) -> [String] { inherited.overlaid(with: variables) }
}
