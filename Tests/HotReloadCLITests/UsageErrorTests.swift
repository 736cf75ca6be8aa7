import Project
import Testing

@testable import HotReloadCLI

@Suite("A mistake in a command line")
struct UsageErrorTests {
  private func error(_ arguments: [String], of command: Subcommand = RunCommand.command) throws -> UsageError
  {
    try #require(throws: UsageError.self) { _ = try Invocation(arguments, of: command) }
  }

  @Test("is told with the usage of the command, and where there is more")
  func format() {
    #expect(
      UsageError("Bad thing", command: InitCommand.command, nearest: "good").description == """
        Error: Bad thing. Did you mean 'good'?
        Usage: hotreload init [<options>] [<directory>]
          See 'hotreload init --help' for more information.
        """)
    #expect(
      UsageError("Bad thing").description == """
        Error: Bad thing
        Usage: hotreload <subcommand>
          See 'hotreload --help' for more information.
        """)
  }

  @Test(
    "is quoted as it was typed",
    arguments: [
      ["--none"], ["--probation"], ["--probation", "--"], ["-c", "fast"], ["--probation=5"], ["--clear=yes"],
      ["--no-fast=yes"], ["--help=yes"], ["--static-swift-stdlib=yes"], ["--scratch-path"], ["-C"],
      ["--no-probation"],
    ])
  func quoted(arguments: [String]) throws {
    let option = arguments[0].split(separator: "=")[0]
    let text = try error(arguments).description
    #expect(text.hasPrefix("Error: ") && text.contains("'\(option)'"))
  }

  @Test(
    "is an option that is close to one of the command's, or of SwiftPM's",
    arguments: [
      ("--probtion", "--probation"), ("--package-pth", "--package-path"), ("--hep", "--help"),
      ("--no-fats", "--no-fast"), ("--sanitise", "--sanitize"), ("--port", nil), ("-x", nil),
    ])
  func nearest(option: String, meant: String?) throws {
    let text = try error([option]).description
    if let meant {
      #expect(text.contains("Did you mean '\(meant)'?"))
    } else {
      #expect(!text.contains("Did you mean") && text.contains("follow '--'"))
    }
  }

  @Test("is a former option, and the new one is named")
  func former() throws {
    let text = try error(["--no-restart"]).description
    #expect(text.hasPrefix("Error: Unknown option '--no-restart'; write '--restart no'"))
  }

  @Test("is an option of SwiftPM where nothing goes to SwiftPM")
  func notPassedOn() throws {
    var cursor = ArgumentCursor(["--sanitise"], of: InitCommand.command)
    #expect(cursor.next() == .option("--sanitise"))
    let text = cursor.unknown().description
    #expect(!text.contains("--sanitize") && !text.contains("follow '--'"))
  }

  @Test("is a second product, with what may be meant")
  func secondProduct() throws {
    #expect(try error(["App", "8080"]).description.contains("hotreload run App -- 8080\n"))
  }
}
