internal import Glibc
internal import Posix

/// A program that is run for its output.
enum Tool {
  /// Returns what a program writes to both outputs. `nil` if it cannot be started or fails.
  static func output(
    _ words: [String], variables: [String] = [], in directory: String = "/"
  ) -> String? {
    let command = Command(
      path: "/bin/sh", arguments: ["sh", "-c", "exec \"$@\" 2>&1", "sh"] + words,
      environment: CurrentProcess.environment.overlaid(with: variables), directory: directory,
      parentDeathSignal: SIGKILL)
    return try? command.output()
  }
}
