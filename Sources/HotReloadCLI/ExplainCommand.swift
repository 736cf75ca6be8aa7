import Posix
import Project
import Reporting
import Settings

/// The command `hotreload explain`, which prints what a save would do.
enum ExplainCommand {
  static let command = Subcommand(
    name: "explain",
    abstract: "Explain what saving a file would do, and which rule decides.",
    discussion: [
      """
      A path need not exist. For a directory, the answer is what saving a file in it does if no other rule applies. \
      For a pattern, such as '*.tmp' or 'tmp/', the answer is given for each match in the project. Give the same \
      options as to 'run'.
      """
    ],
    arguments: [("<path> ...", "The files, directories or patterns.")],
    options: RunCommand.command.options.flatMap { option in
      option.names == ["--config"] ? [option, Subcommand.Option(Setting.product)] : [option]
    })

  /// Runs the command.
  static func run(_ arguments: [String]) throws {
    var paths: [String] = []
    guard let invocation = try Invocation(arguments, of: command, positional: { paths.append($0) }) else {
      return standardOutput.write(command.helpText)
    }
    guard !paths.isEmpty else {
      throw UsageError("Missing expected argument '<path> ...'", command: command)
    }
    let style = Style(isTerminal: standardError.isTerminal, variable: CurrentProcess.variable)
    let warn = { (text: String) in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      standardError.write(style.diagnostic(lines) + "\n")
    }
    try explain(paths, invocation, warn: warn) { standardOutput.write($0) }
  }
}
