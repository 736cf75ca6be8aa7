import Console
import Glibc
import Posix
import Runtime

/// The entry point: finds the command, runs it, and turns errors into text and an exit code.
@main
enum Main {
  static func main() {
    openStandardDescriptors()
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch let error as UsageError {
      standardError.write("\(error)\n")
      exit(usageExitCode)
    } catch {
      let style = Style(isTerminal: standardError.isTerminal, variable: CurrentProcess.variable)
      standardError.write(style.red("error: ") + "\(error)\n")
      exit(1)
    }
  }

  private static func run(_ arguments: [String]) throws {
    switch arguments.first {
    case "run": try RunCommand.run(Array(arguments.dropFirst()))
    case "supervise": try RunCommand.supervise(Array(arguments.dropFirst()))  // hidden: started by `run`
    case "--version": standardOutput.write("\(version)\n")
    case "help" where arguments.dropFirst().first == "run": standardOutput.write(RunCommand.help)
    case nil, "-h", "--help", "help": standardOutput.write(help)
    case let argument?:
      // A product, or an option of `run`: the command was forgotten.
      let command = nearest(to: argument, among: ["run", "help", "--help", "--version"])
      let kind = argument.hasPrefix("-") ? "Unknown option" : "Unexpected argument"
      throw UsageError(
        "\(kind) '\(argument)'",
        nearest: command ?? (["hotreload", "run"] + arguments).joined(separator: " "))
    }
  }
}

/// The version of hotreload.
let version = "0.1.0"

private let help = """
  OVERVIEW: Rebuild a Swift server on every save, and swap it without losing a request.

  USAGE: hotreload <subcommand>

  OPTIONS:
    --version               Show the version.
    -h, --help              Show help information.

  SUBCOMMANDS:
    run                     Build and serve a package, and reload it on every save.

    See 'hotreload help <subcommand>' for detailed help.

  """
