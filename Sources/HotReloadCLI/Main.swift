import Control
import Glibc
import Posix
import Reporting
import Settings

/// The entry point, which runs a command, and turns errors into messages and exit codes.
@main
enum Main {
  /// Runs hotreload.
  static func main() {
    openStandardDescriptors()
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch let error as UsageError {
      messages.write("\(error)\n")
      end(usageExitCode)
    } catch let error as ControlFailure {
      let style = Style(isTerminal: standardError.isTerminal, variable: CurrentProcess.variable)
      messages.write(style.red("error: ") + "\(error)\n")
      end(error.code)
    } catch let error as SettingsError where error.isDiagnostic {
      let style = Style(isTerminal: standardError.isTerminal, variable: CurrentProcess.variable)
      let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      messages.write(style.diagnostic(lines) + "\n")
      end(1)
    } catch {
      let style = Style(isTerminal: standardError.isTerminal, variable: CurrentProcess.variable)
      messages.write(style.red("error: ") + "\(error)\n")
      end(1)
    }
  }

  /// Exits after the messages have been written. A reader that does not read is not waited for long.
  private static func end(_ code: CInt) -> Never {
    messages.flush()
    exit(code)
  }

  /// Runs the command that the arguments name.
  private static func run(_ arguments: [String]) throws {
    switch arguments.first {
    case "run": try RunCommand.run(Array(arguments.dropFirst()))
    case "session": try RunCommand.session(Array(arguments.dropFirst()))  // hidden: started by `run`
    case "config": try ConfigCommand.run(Array(arguments.dropFirst()))
    case "explain": try ExplainCommand.run(Array(arguments.dropFirst()))
    case "doctor": try DoctorCommand.run(Array(arguments.dropFirst()))
    case "init": try InitCommand.run(Array(arguments.dropFirst()))
    case "mcp": try MCPCommand.run(Array(arguments.dropFirst()))
    case "toml-test-decode": try TOMLTestDecode.run(Array(arguments.dropFirst()))  // hidden
    case "--generate-completion-script": try generateCompletionScript(arguments.dropFirst().first)
    case "--version": standardOutput.write("\(hotreloadVersion)\n")
    case "help" where arguments.dropFirst().first == ManualPage.option: standardOutput.write(ManualPage.text)
    case "help" where arguments.count > 1 && !["-h", "--help"].contains(arguments[1]):
      try showHelp(of: arguments[1])
    case nil, "-h", "--help", "help": standardOutput.write(help)
    case let name? where ControlCommand.all.contains { $0.subcommand.name == name }:
      try ControlCommand.all.first { $0.subcommand.name == name }?.run(Array(arguments.dropFirst()))
    case let argument?:
      // The command was forgotten before a product or an option of `run`.
      let command = nearest(
        to: argument, among: Subcommand.all.map(\.name) + ["help", "--help", "--version"])
      let kind = argument.hasPrefix("-") ? "Unknown option" : "Unexpected argument"
      throw UsageError(
        "\(kind) '\(argument)'",
        nearest: command ?? (["hotreload", "run"] + arguments).joined(separator: " "))
    }
  }
}

/// Prints the completion script for a shell.
private func generateCompletionScript(_ shell: String?) throws {
  guard let text = shell.flatMap(CompletionScript.text) else {
    let problem =
      shell.map { "There is no completion script for '\($0)'" }
      ?? "Missing value for '--generate-completion-script'"
    throw UsageError("\(problem). Please provide one of \(CompletionScript.shells.joined(separator: ", "))")
  }
  standardOutput.write(text)
}

/// Prints the help of a command.
private func showHelp(of name: String) throws {
  guard let command = Subcommand.all.first(where: { $0.name == name }) else {
    throw UsageError(
      "Unknown subcommand '\(name)'", nearest: nearest(to: name, among: Subcommand.all.map(\.name)))
  }
  standardOutput.write(command.helpText)
}

/// The description of hotreload, in one sentence.
let summary = "Rebuild a Swift server on every save, and swap it without losing a request."

private let help = """
  OVERVIEW: \(summary)

  USAGE: hotreload <subcommand>

  OPTIONS:
    --version               Show the version.
    --generate-completion-script <shell>
                            Print a completion script (values: bash, zsh, fish).
    -h, --help              Show help information.

  SUBCOMMANDS:
  \(Subcommand.all.map { Subcommand.row($0.name, $0.abstract, width: Subcommand.width) }.joined())
    See 'hotreload help <subcommand>' for detailed help.
    See 'hotreload help --man | man -l -' for the manual page.

  """
