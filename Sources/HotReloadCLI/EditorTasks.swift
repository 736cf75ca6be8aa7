import Posix
import Project
import Reporting
import Settings

/// The task of Visual Studio Code that runs hotreload, and finds the problems in its output.
enum EditorTasks {
  /// The task, as JSON that is indented by `margin`.
  static func task(margin: String) -> String {
    let lines = [
      "{",
      "  \"label\": \"hotreload\",",
      "  \"type\": \"process\",",
      "  \"command\": \"hotreload\",",
      "  \"args\": [\"run\"],",
      "  \"isBackground\": true,",
      "  \"group\": \"build\",",
      "  \"presentation\": { \"reveal\": \"always\", \"panel\": \"dedicated\" },",
      "  \"problemMatcher\": {",
      "    \"owner\": \"hotreload\",",
      "    \"source\": \"hotreload\",",
      "    \"fileLocation\": [\"autoDetect\", \"${workspaceFolder}\"],",
      "    \"pattern\": {",
      "      \"regexp\": \(SettingValue.quoted(ProblemMatcher.diagnostic)),",
      "      \"file\": 1, \"line\": 2, \"column\": 3, \"severity\": 4, \"message\": 5",
      "    },",
      "    \"background\": {",
      "      \"activeOnStart\": true,",
      "      \"beginsPattern\": \(SettingValue.quoted(ProblemMatcher.begins)),",
      "      \"endsPattern\": \(SettingValue.quoted(ProblemMatcher.ends))",
      "    }",
      "  }",
      "}",
    ]
    return lines.map { margin + $0 }.joined(separator: "\n")
  }

  /// The content of `tasks.json`.
  static var file: String {
    "{\n  \"version\": \"2.0.0\",\n  \"tasks\": [\n\(task(margin: "    "))\n  ]\n}\n"
  }

  /// Writes `.vscode/tasks.json` in a directory. `write` is called with the message for the user. Throws `UsageFailure` with
  /// the task if there is such a file, which may have comments and other tasks.
  static func write(in directory: String, write: (String) -> Void) throws {
    guard FileSystem.isDirectory(directory) else { throw UsageFailure("'\(directory)' is not a directory") }
    let path = "\(directory)/.vscode/tasks.json"
    guard !FileSystem.exists(path) else {
      throw UsageFailure("\(path) already exists; add this task to its \"tasks\":\n\(task(margin: ""))")
    }
    try FileSystem.makeDirectories(absolute(path, CurrentProcess.directory).parentPath)
    try FileSystem.write(file, to: path)
    write("wrote \(path) with the task 'hotreload'; start it with Terminal > Run Build Task\n")
  }
}
