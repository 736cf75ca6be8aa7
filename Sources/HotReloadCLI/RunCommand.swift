import Glibc
import Posix
import Project
import Reporting
import Session
import Settings

/// The command `hotreload run`.
enum RunCommand {
  static let command = Subcommand(
    name: "run",
    abstract: "Build and run a server, and reload it on every save.",
    discussion: [
      """
      The server needs no changes. A save is built while the running server stays live; when the new one is ready, it \
      takes over the listening socket. If the build fails, or the new code crashes at its start, the running server \
      stays live.
      """,
      """
      Every option can also be set in .reload.toml ('hotreload init' writes one) or by an environment variable; see \
      'hotreload config'. Durations are written as 500ms, 2s or 1m. SwiftPM's own options (-Xswiftc, -Xcc, -Xlinker, \
      --scratch-path, --sanitize, --traits, --swift-sdk, -j, …) are passed to 'swift build'.
      """,
    ],
    arguments: [
      ("[<product>]", "The executable product to run. (default: the only one)"),
      ("[-- <arguments> ...]", "Arguments for the server."),
    ],
    options: Subcommand.Option.project
      + Setting.all.filter { $0.key != Setting.product.key }.flatMap(Subcommand.Option.all))

  /// Runs the command: starts `session` as a child, and ends as that does.
  static func run(_ arguments: [String]) throws {
    guard try Invocation(arguments, of: command) != nil else { return standardOutput.write(command.helpText) }
    switch try Supervisor.run(["session"] + arguments) {
    case .exited(let code): exit(code)
    case .signalled(let signal): die(by: signal)
    }
  }

  /// Runs hotreload proper in the child that `run` starts.
  static func session(_ arguments: [String]) throws {
    guard let invocation = try Invocation(arguments, of: command) else { return }
    // The supervisor keeps the name `hotreload`. So `pkill -9 hotreload` kills only the supervisor, and this
    // process cleans up.
    CurrentProcess.name = "hr-session"
    let signal = try Session(invocation).run()
    if signal == 0 { exit(0) }
    die(by: signal)
  }
}
