import Console
import Glibc
import Posix
import Reloader
import Runtime

/// `hotreload run`.
enum RunCommand {
  static func run(_ arguments: [String]) throws {
    guard try parse(arguments) != nil else { return standardOutput.write(help) }
    switch try Guardian.run(["supervise"] + arguments) {
    case .exited(let code): exit(code)
    case .signalled(let signal): die(by: signal)
    }
  }

  /// What `run` starts as its child: hotreload proper.
  static func supervise(_ arguments: [String]) throws {
    guard let options = try parse(arguments) else { return }
    CurrentProcess.name = "hotreload"  // it was started as /proc/self/exe
    let isTerminal = standardError.isTerminal
    let style = Style(isTerminal: isTerminal, variable: CurrentProcess.variable)
    let session = try Session(options, style: style, isTerminal: isTerminal)
    die(by: try session.run())
  }

  /// The options, or nil where help is asked for.
  static func parse(_ arguments: [String]) throws(UsageError) -> RunOptions? {
    var options = RunOptions()
    var parser = ArgumentCursor(arguments)
    while let argument = parser.next() {
      switch argument {
      case .option("-h"), .option("--help"):
        try parser.noValue()
        return nil
      case .option("-C"), .option("--package-path"): options.packagePath = try parser.value()
      case .option("-c"), .option("--configuration"):
        options.configuration = try parser.value(among: ["debug", "release"])
      case .option("--no-fast"):
        try parser.noValue()
        options.isFast = false
      case .option("-v"), .option("--verbose"):
        try parser.noValue()
        options.isVerbose = true
      case .option("--ready-timeout"): options.timing.readiness = try parser.duration()
      case .option("--probation"): options.timing.probation = try parser.duration()
      case .option("--drain-timeout"): options.timing.drain = try parser.duration()
      case .option("--stop-timeout"): options.timing.grace = try parser.duration()
      case .option(let name):
        let nearest = nearest(to: name, among: names)
        let hint = nearest == nil ? ". What is for the server goes after '--'" : ""
        throw UsageError("Unknown option '\(name)'\(hint)", command: "run", nearest: nearest)
      case .positional(let name) where options.product == nil: options.product = name
      case .positional(let extra):
        throw UsageError(
          """
          Unexpected argument '\(extra)'. What is for the server goes after '--': \
          hotreload run \(options.product ?? "") -- \(extra)
          """, command: "run")
      case .rest(let arguments): options.arguments = arguments
      }
    }
    return options
  }

  private static let names = [
    "--help", "--package-path", "--configuration", "--no-fast", "--verbose", "--ready-timeout", "--probation",
    "--drain-timeout",
    "--stop-timeout",
  ]

  static let help = """
    OVERVIEW: Build and serve a package, and reload it on every save.

    The server needs no change. A save is built while the running server goes on serving; when the new one is ready, it
    takes over the listening socket. A build that fails, or new code that crashes, changes nothing.

    USAGE: hotreload run [<options>] [<product>] [-- <arguments> ...]

    ARGUMENTS:
      <product>               The executable product to run. (default: the only one)
      <arguments>             What the server is started with.

    OPTIONS:
      -C, --package-path <path>
                              The package's directory, or one in it. (default: .)
      -c, --configuration <configuration>
                              Build with configuration (values: debug, release; default: debug)
      --no-fast               Build every save with 'swift build'.
      -v, --verbose           Also say why a save is not built by the fast path.
      --ready-timeout <duration>
                              How long new code may take until it is ready. (default: 30s)
      --probation <duration>  How long new code must live before the old is ended. (default: 1s)
      --drain-timeout <duration>
                              How long requests in flight may take on the old code. (default: 10s)
      --stop-timeout <duration>
                              How long a server may take to end after SIGTERM. (default: 5s)
      -h, --help              Show help information.

    Durations are written as 500ms, 2s or 1m.

    """
}
