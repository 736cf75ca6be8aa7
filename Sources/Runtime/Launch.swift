internal import Handoff
internal import Settings

/// How servers are started.
package struct Launch: Equatable, Sendable {
  /// After those of the program.
  package var arguments: [String] = []
  /// `NAME=value`, in place of what is inherited; of two of a name the later one.
  package var variables: [String] = []
  /// Where hotreload listens itself, and what the server is started with (sd_listen_fds(3)).
  var listen: [ListenAddress] = []
  /// When a new one may take over.
  var readiness = ReadinessRules()
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

extension [String] {
  /// An environment with other variables in it, each name once.
  func overlaid(with variables: [String]) -> [String] {
    var order: [Substring] = []
    var values: [Substring: String] = [:]
    for variable in self + variables {
      let name = variable.prefix { $0 != "=" }
      if values.updateValue(variable, forKey: name) == nil { order.append(name) }
    }
    return order.compactMap { values[$0] }
  }
}
