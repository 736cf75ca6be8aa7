internal import Posix
internal import Settings

/// The process of a generation that checks are about.
struct CheckedProcess {
  /// The number of the generation.
  let generation: Int
  /// The process with which the generation was started.
  let pid: CInt
  /// The working directory of the commands.
  let directory: String

  /// Starts a command of the user that checks the generation, which `HOTRELOAD_GENERATION` and `HOTRELOAD_PID` name.
  /// Returns its process. Throws the errno of the step that failed.
  func start(
    _ line: SettingValue.CommandLine, by children: Children, whenEnded: @escaping (ExitStatus) -> Void
  ) throws(SystemError) -> CInt {
    let command = Command(
      line.words,
      environment: CurrentProcess.environment + [
        "HOTRELOAD_GENERATION=\(generation)", "HOTRELOAD_PID=\(pid)",
      ],
      directory: directory)
    return try children.start(command, whenEnded: whenEnded)
  }

  /// Returns whether a debugger traces the process or one of its descendants, each of which may be stopped for it.
  func isTraced(among children: Children) -> Bool {
    ([pid] + children.descendants(of: pid)).contains(where: ProcessHandle.isTraced)
  }
}
