import Control
import Handoff
import Posix
import Project
import Settings

/// A command for a hotreload that runs for the project.
struct ControlCommand {
  let subcommand: Subcommand
  /// The command that is sent; `nil` if the status is all that is needed.
  var sent: ControlRequest.Command?

  /// All of them.
  static let all = [status, wait, reload, restart, pause, resume, stop, open]

  static let status = ControlCommand(
    subcommand: Subcommand(
      name: "status", abstract: "Show what the hotreload of this project is doing.",
      discussion: ["The state of each service with its address and process, and the last build."],
      options: [.json, .prometheus] + Subcommand.Option.session))

  static let wait = ControlCommand(
    subcommand: Subcommand(
      name: "wait", abstract: "Wait until everything that was saved is live.",
      discussion: [
        """
        The exit code is 0 if the newest code is live, 1 if the build or the new code has failed (the errors are \
        printed), 3 if no hotreload runs for the project, and 124 if the time is over.
        """
      ], options: waiting), sent: .wait)

  static let reload = ControlCommand(
    subcommand: Subcommand(
      name: "reload", abstract: "Build now, start new processes, and wait until they are live.",
      discussion: [
        """
        Saves that are pending, or gathered since 'hotreload pause', are built. If there are none, 'swift build' \
        looks at everything. The exit codes are those of 'hotreload wait'.
        """
      ], options: waiting), sent: .reload)

  static let restart = ControlCommand(
    subcommand: Subcommand(
      name: "restart", abstract: "Start a new process without a build, and wait until it is live.",
      discussion: ["The exit codes are those of 'hotreload wait'."],
      arguments: [("[<service>]", "The service. (default: all)")], options: waiting), sent: .restart)

  static let pause = ControlCommand(
    subcommand: Subcommand(
      name: "pause", abstract: "Gather saves without building them.", options: Subcommand.Option.session),
    sent: .pause)

  static let resume = ControlCommand(
    subcommand: Subcommand(
      name: "resume", abstract: "Build the saves that were gathered, and those that follow.",
      options: Subcommand.Option.session), sent: .resume)

  static let stop = ControlCommand(
    subcommand: Subcommand(
      name: "stop", abstract: "End the hotreload of this project and its servers.",
      discussion: ["A second 'hotreload stop' kills what has not ended."],
      options: [.timeout] + Subcommand.Option.session), sent: .stop)

  static let open = ControlCommand(
    subcommand: Subcommand(
      name: "open", abstract: "Open the pages of the server in a browser.",
      discussion: ["The browser is $BROWSER, or the one that xdg-open chooses."],
      options: Subcommand.Option.session))

  private static let waiting = [Subcommand.Option.timeout, .json] + Subcommand.Option.session
}

extension Subcommand.Option {
  static let prometheus = Self(
    names: ["--prometheus"], help: "Print the metrics in the text format of Prometheus.")
  static let json = Self(names: ["--json"], help: "Print the status as JSON.")
  static let timeout = Self(
    names: ["--timeout"], placeholder: "<duration>",
    help: "End with exit code 124 after this time, such as 30s. (default: none)")

  /// The options that choose a running hotreload.
  static let session = [
    Self(
      names: ["-C", "--package-path"], placeholder: "<path>",
      help: "The project's directory, or a directory in it. (default: .)"),
    Self(
      names: ["--pid"], placeholder: "<pid>",
      help: "The process of hotreload, if several run for the project."),
  ]
}

/// The arguments of a command for a running hotreload.
struct ControlArguments: Equatable {
  var directory = "."
  var pid: CInt?
  var timeout: Duration?
  var isJSON = false
  var areMetricsWanted = false
  var service: String?
  var isHelpWanted = false

  /// Parses the arguments. Throws ``UsageError``.
  init(_ arguments: [String], of command: Subcommand) throws(UsageError) {
    var cursor = ArgumentCursor(arguments, of: command)
    func has(_ name: String) -> Bool { command.options.contains { $0.names.contains(name) } }
    while let argument = cursor.next() {
      switch argument {
      case .option("-h"), .option("--help"):
        try cursor.noValue()
        isHelpWanted = true
      case .option("-C"), .option("--package-path"): directory = try cursor.value()
      case .option("--json") where has("--json"):
        try cursor.noValue()
        isJSON = true
      case .option("--prometheus") where has("--prometheus"):
        try cursor.noValue()
        areMetricsWanted = true
      case .option("--timeout") where has("--timeout"):
        let text = try cursor.value()
        guard let duration = Duration(written: text) else {
          throw cursor.error(
            "The value for '--timeout' is invalid: '\(text)' is not a duration such as 500ms, 30s or 1m")
        }
        timeout = duration
      case .option("--pid"):
        let text = try cursor.value()
        guard let number = CInt(text), number > 0 else {
          throw cursor.error("The value for '--pid' is invalid: '\(text)' is not a process")
        }
        pid = number
      case .option: throw cursor.unknown()
      case .positional(let name) where !command.arguments.isEmpty && service == nil: service = name
      case .positional(let extra): throw cursor.error("Unexpected argument '\(extra)'")
      case .rest: throw cursor.error("Unexpected argument '--'")
      }
    }
  }
}
