import Posix
import Project
import Settings

/// The command `hotreload config`, which prints the settings in force.
enum ConfigCommand {
  static let command = Subcommand(
    name: "config",
    abstract: "Show the settings in effect, each with its origin.",
    discussion: [
      """
      An option of 'hotreload run' overrides an environment variable, which overrides .reload.toml. Give the same \
      options here to see their effect on 'run'.
      """
    ],
    arguments: RunCommand.command.arguments,
    options: [Subcommand.Option(names: ["--json"], help: "Print JSON.")] + RunCommand.command.options)

  /// Runs the command.
  static func run(_ arguments: [String]) throws {
    var isJSON = false
    let invocation = try Invocation(arguments, of: command) { name in
      if name == "--json" { isJSON = true }
      return name == "--json"
    }
    guard let invocation else { return standardOutput.write(command.helpText) }
    let settings = try Project(invocation).settingsOfWhatRuns
    standardOutput.write(isJSON ? settings.json : settings.listing)
  }
}
