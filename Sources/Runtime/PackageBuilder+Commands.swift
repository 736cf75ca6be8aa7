internal import Building
internal import Console
internal import Glibc
internal import Posix
internal import Reloader
internal import Settings

// The user's own commands: instead of `swift build`, before and after it, and in place of a product.
extension PackageBuilder {
  /// What is executed for an artifact: a kept file under the name that the user knows, or the project's command.
  func program(of artifact: Artifact) -> Program {
    switch recipe.run {
    case .shell(let text):
      var program = Program(path: "/bin/sh", arguments: ["sh", "-c", text, "sh"])
      program.isShell = true
      program.isLauncher = true
      return program
    case .arguments(let arguments):
      let path = programPath == nil ? arguments.first ?? "" : artifact.path
      var program = Program(path: path, arguments: arguments)
      program.isLauncher = true
      return program
    case nil: return Program(path: artifact.path, arguments: [programPath ?? artifact.path])
    }
  }

  /// Runs a command of the user's, if there is one, with what it prints. The changed files are in its environment.
  func runHook(_ command: SettingValue.CommandLine?, then next: @escaping () -> Void) {
    guard let command else { return next() }
    let environment = CurrentProcess.environment + ["HOTRELOAD_CHANGED=\(changed.joined(separator: "\n"))"]
    run(Command(command, environment: environment, directory: root)) { [console] line, isComplete in
      if isComplete { console.passThrough(line) }
    } then: {
      next()
    }
  }

  /// The program of a project's own command is kept too, if it is a file of the project, and not a script that starts
  /// another: `/usr/bin/python3` stays the same when the script is saved.
  func keepCommand() {
    if case .arguments(let arguments) = recipe.run, let path = arguments.first.flatMap(projectFile) {
      if programs == nil { setProgram(path, isOverwritten: true) }  // by 'cp', for one
      return keep()
    }
    // What it starts cannot be kept, nor compared.
    commandsBuilt += 1
    finish(.succeeded(Artifact(path: "command \(commandsBuilt)")))
  }

  private func projectFile(_ name: String) -> String? {
    guard name.contains("/") else { return nil }
    let path = name.hasPrefix("/") ? name : "\(root)/\(name)"
    return FileSystem.realPath(path).flatMap {
      $0.hasPrefix(root + "/") && FileSystem.isExecutable($0) && FileSystem.isBinary($0) ? $0 : nil
    }
  }
}

extension Command {
  /// A command of the user's, as `sh -c` or directly.
  init(_ line: SettingValue.CommandLine, environment: [String], directory: String) {
    let arguments =
      switch line {
      case .shell(let text): ["/bin/sh", "-c", text]
      case .arguments(let arguments): arguments
      }
    self.init(
      path: arguments.first ?? "", arguments: arguments, environment: environment, directory: directory,
      parentDeathSignal: SIGKILL)
  }
}
