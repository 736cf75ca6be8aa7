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
    abstract: "Build and serve a package, and reload it on every save.",
    discussion: [
      """
      The server needs no change. A save is built while the running server goes on serving; when the new one is \
      ready, it takes over the listening socket. A build that fails, or new code that crashes, changes nothing.
      """,
      """
      Every option can also be set in .reload.toml ('hotreload init' writes one) or by a variable; see 'hotreload \
      config'. Durations are written as 500ms, 2s or 1m. SwiftPM's own options (-Xswiftc, -Xcc, -Xlinker, \
      --scratch-path, --sanitize, --traits, --swift-sdk, -j, …) go to 'swift build'.
      """,
    ],
    arguments: [
      ("[<product>]", "The executable product to run. (default: the only one)"),
      ("[-- <arguments> ...]", "What the server is started with."),
    ],
    options: Subcommand.Option.project
      + Setting.all.filter { $0.key != Setting.product.key }.map(Subcommand.Option.init))

  /// Runs the command: starts `supervise` as a child, and ends as that does.
  static func run(_ arguments: [String]) throws {
    guard try Invocation(arguments, of: command) != nil else { return standardOutput.write(command.helpText) }
    switch try Guardian.run(["supervise"] + arguments) {
    case .exited(let code): exit(code)
    case .signalled(let signal): die(by: signal)
    }
  }

  /// Runs hotreload proper in the child that `run` starts.
  static func supervise(_ arguments: [String]) throws {
    guard let invocation = try Invocation(arguments, of: command) else { return }
    // The guardian keeps the name `hotreload`. So `pkill -9 hotreload` kills only the guardian, and this
    // process cleans up.
    CurrentProcess.name = "hr-supervisor"
    die(by: try Session(invocation).run())
  }
}
