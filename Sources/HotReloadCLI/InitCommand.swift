import Posix
import Project
import Settings

/// The command `hotreload init`, which writes a `.reload.toml`, or the task of an editor.
enum InitCommand {
  static let command = Subcommand(
    name: "init",
    abstract: "Write a documented .reload.toml, or a task for an editor.",
    discussion: [
      "Every setting is written as a comment with its default, except for those that '--from' translates. A file that "
        + "exists is not changed."
    ],
    arguments: [("[<directory>]", "The directory to write it to. (default: the package's)")],
    options: [
      Subcommand.Option(
        names: ["--from"], placeholder: "<path>",
        help: "Translate this .air.toml, and list what has no counterpart."),
      Subcommand.Option(
        names: ["--vscode"],
        help:
          "Write .vscode/tasks.json instead: a task that runs hotreload, and finds the errors in its output."),
    ])

  /// Runs the command.
  static func run(_ arguments: [String]) throws {
    var cursor = ArgumentCursor(arguments, of: command)
    var directory: String?
    var source: String?
    var isForVSCode = false
    while let argument = cursor.next() {
      switch argument {
      case .option("-h"), .option("--help"):
        try cursor.noValue()
        return standardOutput.write(command.helpText)
      case .option("--from"): source = try cursor.value()
      case .option("--vscode"):
        try cursor.noValue()
        isForVSCode = true
      case .option: throw cursor.unknown()
      case .positional(let path) where directory == nil: directory = path
      case .positional(let extra): throw cursor.error("Unexpected argument '\(extra)'")
      case .rest: throw cursor.error("Unexpected argument '--'")
      }
    }
    if isForVSCode {
      if source != nil {
        throw cursor.error("'--from' and '--vscode' write different files; run them one by one")
      }
      return try EditorTasks.write(in: directory ?? initializedDirectory, write: standardOutput.write)
    }
    try initialize(in: directory, from: source, write: standardOutput.write)
  }
}
