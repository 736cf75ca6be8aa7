/// A command line that means nothing, in the words of ArgumentParser.
struct UsageError: Error, CustomStringConvertible, Equatable {
  let description: String

  /// `nearest` is what the user may have meant.
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

/// EX_USAGE of sysexits(3), as ArgumentParser exits.
let usageExitCode: Int32 = 64
