internal import Building
internal import Console
internal import Glibc
internal import Posix
internal import Reloader
internal import Settings

// The user's own commands: instead of `swift build`, before and after it.
extension PackageBuilder {
  /// Runs a command of the user's, if there is one, with what it prints. What was saved since the last build that
  /// succeeded is in its environment.
  func runHook(_ setting: Setting, _ command: SettingValue.CommandLine?, then next: @escaping () -> Void) {
    guard let command else { return next() }
    let environment = recipe.environment + [changedVariable(changed)]
    run(Command(command, environment: environment, directory: root), of: setting) {
      [unowned self] line, isComplete in
      guard isComplete else { return }
      console.passThrough(line)
      complain([line])
    } then: {
      next()
    }
  }
}

/// What has changed, for a command of the user's; not more than the kernel takes of one variable (execve(2),
/// MAX_ARG_STRLEN).
func changedVariable(_ paths: Set<String>) -> String {
  var variable = "HOTRELOAD_CHANGED="
  for (index, path) in paths.sorted().enumerated() {
    if variable.utf8.count + path.utf8.count > 100_000 { break }
    variable += (index == 0 ? "" : "\n") + path
  }
  return variable
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
