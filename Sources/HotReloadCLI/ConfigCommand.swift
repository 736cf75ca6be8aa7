import Posix
import Project
import Settings

/// The command `hotreload config`, which prints the settings in force.
enum ConfigCommand {
  static let command = Subcommand(
    name: "config",
    abstract: "Show the settings in force, each with where it comes from.",
    discussion: [
      """
      An option of 'hotreload run' wins over a variable, which wins over .reload.toml; give the same options here to \
      see what 'run' would do with them.
      """
    ],
    arguments: RunCommand.command.arguments,
    options: [Subcommand.Option(names: ["--json"], help: "As JSON.")] + RunCommand.command.options)

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
