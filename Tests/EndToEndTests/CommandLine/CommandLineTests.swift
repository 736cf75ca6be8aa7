import Foundation
import Testing

extension EndToEnd {
  @Suite("the command line")
  struct CommandLineTests {
    /// Returns the expected output as a whole.
    private static func golden(_ name: String) throws -> String {
      let directory = URL(filePath: #filePath).deletingLastPathComponent()
      return try String(contentsOf: directory.appending(path: "../Golden/\(name).txt"), encoding: .utf8)
    }

    @Test(
      "shows help",
      arguments: [
        ([], "help"), (["-h"], "help"), (["--help"], "help"), (["help"], "help"),
        (["help", "--help"], "help"),
        (["run", "--help"], "help-run"),
        (["run", "-h"], "help-run"), (["help", "run"], "help-run"), (["config", "-h"], "help-config"),
        (["help", "init"], "help-init"), (["explain", "--help"], "help-explain"),
        (["doctor", "--help"], "help-doctor"),
      ])
    func showsHelp(_ arguments: [String], _ name: String) throws {
      try withPackage { package in
        let hotReload = try package.hotReload(arguments)
        #expect(try hotReload.process.awaitEnd() == .exited(0))
        #expect(try hotReload.output.awaitEnd() == Self.golden(name))
        #expect(try hotReload.errors.awaitEnd() == "")
      }
    }

    @Test("prints a manual page")
    func printsManualPage() throws {
      try withPackage { package in
        let hotReload = try package.hotReload(["help", "--man"])
        #expect(try hotReload.output.awaitEnd().hasPrefix(".TH HOTRELOAD 1 "))
        #expect(try hotReload.process.awaitEnd() == .exited(0))
      }
    }

    @Test("shows its version")
    func showsVersion() throws {
      try withPackage { package in
        let hotReload = try package.hotReload(["--version"])
        #expect(try hotReload.output.awaitEnd() == "0.1.0\n")
        #expect(try hotReload.process.awaitEnd() == .exited(0))
      }
    }

    @Test(
      "completes itself in bash",
      arguments: [
        ("run --prob", 2, "--probation"), ("conf", 1, "config"), ("run --strategy o", 3, "overlap"),
      ])
    func completes(_ words: String, _ position: Int, _ expected: String) throws {
      try withPackage { package in
        let script = """
          source <("$0" --generate-completion-script bash)
          COMP_WORDS=(hotreload \(words)) COMP_CWORD=\(position)
          _hotreload; echo "${COMPREPLY[@]}"
          """
        let shell = try package.hotReload([script], shell: "exec bash -c \"$1\" \"$0\"")
        #expect(try shell.output.awaitEnd() == expected + "\n")
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
        (
          ["run", "--scratch-pth", "x"],
          "Unknown option '--scratch-pth'. Did you mean '--scratch-path'?\n" + runUsage
        ),
        (
          ["run", "--env-files-win"],
          "Unknown option '--env-files-win'. Did you mean '--env-files-override'?\n" + runUsage
        ),
        (["run", "-c"], "Missing value for '-c'\n" + runUsage),
        (["run", "-c", "--", "x"], "Missing value for '-c'\n" + runUsage),
        (
          ["run", "-c", "fast"],
          "The value for '-c' is invalid: 'fast' is not one of 'debug', 'release'\n" + runUsage
        ),
        (
          ["run", "--probation", "5"],
          "The value for '--probation' is invalid: '5' is not a duration; write it with its unit: 500ms, 2s or 1m\n"
            + runUsage
        ),
        (
          ["run", "--port", "80"],
          "Unknown option '--port'. Arguments for the server follow '--'\n" + runUsage
        ),
        (["run", "--clear=yes"], "The option '--clear' takes no value\n" + runUsage),
        (["help", "rnu"], "Unknown subcommand 'rnu'. Did you mean 'run'?\n" + usage),
        (["run", "--help=yes"], "The option '--help' takes no value\n" + runUsage),
        (
          ["run", "App", "8080"],
          """
          Unexpected argument '8080'. Arguments for the server follow '--': hotreload run App -- 8080
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
