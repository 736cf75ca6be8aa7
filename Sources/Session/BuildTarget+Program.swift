internal import Building
internal import Reloader
internal import Serving
internal import Settings

extension BuildTarget {
  /// Returns the program to execute for an artifact: a kept file under the name that the user knows, or the
  /// project's command.
  func program(of artifact: Artifact) -> Program {
    switch runnable.command {
    case .shell(let text):
      var program = Program(path: "/bin/sh", arguments: ["sh", "-c", text, "sh"])
      program.isShell = true
      program.textWithArguments = SettingValue.CommandLine.textTakingArguments(text)
      program.isLauncher = true
      return program
    case .arguments(let arguments):
      let file = artifact.isKept ? artifact.path : arguments.first ?? ""
      var program = Program(path: file, arguments: arguments)
      program.isLauncher = true
      return program
    case nil: return Program(path: artifact.path, arguments: [path ?? artifact.path])
    }
  }
}
