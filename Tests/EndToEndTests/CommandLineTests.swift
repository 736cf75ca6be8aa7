import Testing

extension EndToEnd {
  @Suite("the command line")
  struct CommandLineTests {
    static let help = """
      OVERVIEW: Rebuild a Swift server on every save, and swap it without losing a request.

      USAGE: hotreload <subcommand>

      OPTIONS:
        --version               Show the version.
        -h, --help              Show help information.

      SUBCOMMANDS:
        run                     Build and serve a package, and reload it on every save.

        See 'hotreload help <subcommand>' for detailed help.

      """

    static let runHelp = """
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

    @Test(
      "shows help",
      arguments: [
        ([], help), (["-h"], help), (["--help"], help), (["help"], help), (["run", "--help"], runHelp),
        (["run", "-h"], runHelp), (["help", "run"], runHelp), (["--version"], "0.1.0\n"),
      ])
    func showsHelp(_ arguments: [String], _ text: String) throws {
      try withPackage { package in
        let hotReload = try package.hotReload(arguments)
        #expect(try hotReload.process.awaitEnd() == .exited(0))
        #expect(try hotReload.output.awaitEnd() == text)
        #expect(try hotReload.errors.awaitEnd() == "")
      }
    }

    static let usage = "Usage: hotreload <subcommand>\n  See 'hotreload --help' for more information.\n"
    static let runUsage = """
      Usage: hotreload run [<options>] [<product>] [-- <arguments> ...]
        See 'hotreload run --help' for more information.

      """

    @Test(
      "explains mistakes, and exits with 64",
      arguments: [
        (["rnu"], "Unexpected argument 'rnu'. Did you mean 'run'?\n" + usage),
        (
          ["serve", "-c", "debug"],
          "Unexpected argument 'serve'. Did you mean 'hotreload run serve -c debug'?\n" + usage
        ),
        (["--verison"], "Unknown option '--verison'. Did you mean '--version'?\n" + usage),
        (
          ["run", "--probtion", "1s"], "Unknown option '--probtion'. Did you mean '--probation'?\n" + runUsage
        ),
        (["run", "-c"], "Missing value for '-c'\n" + runUsage),
        (["run", "-c", "--", "x"], "Missing value for '-c'\n" + runUsage),
        (
          ["run", "-c", "fast"],
          "The value 'fast' is invalid for '-c'. Please provide one of 'debug' and 'release'\n" + runUsage
        ),
        (
          ["run", "--probation", "5"],
          "The value '5' is invalid for '--probation'. Write a duration with its unit: 500ms, 2s or 1m\n"
            + runUsage
        ),
        (["run", "--help=yes"], "The option '--help' takes no value\n" + runUsage),
        (
          ["run", "App", "8080"],
          """
          Unexpected argument '8080'. What is for the server goes after '--': hotreload run App -- 8080
          \(runUsage)
          """
        ),
      ])
    func explainsMistake(_ arguments: [String], _ text: String) throws {
      try withPackage { package in
        let hotReload = try package.hotReload(arguments)
        #expect(try hotReload.process.awaitEnd() == .exited(64))
        #expect(try hotReload.errors.awaitEnd() == "Error: " + text)
        #expect(try hotReload.output.awaitEnd() == "")
      }
    }
  }
}
