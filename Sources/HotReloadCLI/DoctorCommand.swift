import Doctor
import Glibc
import Posix
import Project
import Reporting

/// The command `hotreload doctor`, which checks the machine and the project.
enum DoctorCommand {
  static let command = Subcommand(
    name: "doctor",
    abstract: "Check this machine and the project, and say what to do about each problem.",
    discussion: [
      """
      One line for each check: whether it is ok, a warning or a problem, what was found, and what to do. The exit code \
      is 1 if there is a problem. In a directory without a project only the machine is checked. The options of 'run' \
      are taken too.
      """
    ],
    options: [Subcommand.Option(names: ["--json"], help: "Print JSON.")] + Subcommand.Option.project)

  /// Runs the command.
  static func run(_ arguments: [String]) throws {
    var isJSON = false
    let invocation = try Invocation(arguments, of: command) { name in
      if name == "--json" { isJSON = true }
      return name == "--json"
    }
    guard let invocation else { return standardOutput.write(command.helpText) }
    let style = Style(isTerminal: standardOutput.isTerminal, variable: CurrentProcess.variable)
    var findings: [Finding] = []
    try Doctor(invocation).examine { finding in
      findings.append(finding)
      if !isJSON { standardOutput.write(style.line(finding) + "\n") }
    }
    if isJSON { standardOutput.write(findings.json) }
    if findings.contains(where: { $0.severity == .problem }) { exit(1) }
  }
}
