/// An error in the command line, in the format of ArgumentParser.
struct UsageError: Error, CustomStringConvertible, Equatable {
  let description: String

  /// Creates an error. `nearest` is the option or command that the user may have meant.
  init(_ message: String, command: Subcommand? = nil, nearest: String? = nil) {
    let path = command.map { "hotreload \($0.name)" } ?? "hotreload"
    let usage = command?.usage ?? "hotreload <subcommand>"
    description = """
      Error: \(message)\(nearest.map { ". Did you mean '\($0)'?" } ?? "")
      Usage: \(usage)
        See '\(path) --help' for more information.
      """
  }
}

/// The exit code for usage errors, EX_USAGE of sysexits(3), as in ArgumentParser.
let usageExitCode: Int32 = 64
