import Project
import Settings
import Testing

@testable import HotReloadCLI

@Suite("A command line")
struct InvocationTests {
  private func parse(_ arguments: [String]) throws -> Invocation {
    try #require(try Invocation(arguments, of: RunCommand.command))
  }

  /// The settings that a command line gives, by key, with what was typed.
  private func given(_ arguments: [String]) throws -> [String] {
    try parse(arguments).given.map { "\($0.option): \($0.setting.key) = \($0.value.toml)" }
  }

  @Test("has options with values, in the next word or after an equals sign")
  func values() throws {
    #expect(
      try given(["--probation", "2s", "--strategy=replace", "-c", "release", "--argument=a=b"]) == [
        "--probation: swap.probation = \"2s\"", "--strategy: swap.strategy = \"replace\"",
        "-c: build.configuration = \"release\"", "--argument: run.arguments = [\"a=b\"]",
      ])
  }

  @Test("has flags, and their opposites")
  func flags() throws {
    #expect(
      try given(["--clear", "--no-fast", "-v"]) == [
        "--clear: console.clear = true", "--no-fast: build.fast = false",
        "-v: console.verbosity = \"verbose\"",
      ])
    #expect(try given(["--quiet"]) == ["--quiet: console.verbosity = \"quiet\""])
  }

  @Test("names the product, and has the server's arguments after two dashes, whatever they are")
  func product() throws {
    #expect(
      try given(["App", "--clear", "--", "--port", "80", "--", "-h"]) == [
        "<product>: run.product = \"App\"", "--clear: console.clear = true",
        "--: run.arguments = [\"--port\", \"80\", \"--\", \"-h\"]",
      ])
    #expect(try given(["-"]) == ["<product>: run.product = \"-\""])
  }

  @Test("has the package and the file of the settings, the last of each")
  func places() throws {
    let invocation = try parse(["-C", "a", "--package-path=b", "--config", "c"])
    #expect(invocation.packagePath == "b" && invocation.configPath == "c" && invocation.given.isEmpty)
    let empty = try parse([])
    #expect(empty.packagePath == "." && empty.configPath == nil && empty.given.isEmpty)
  }

  @Test("passes SwiftPM's options on to it, each with its value")
  func swiftPM() throws {
    #expect(
      try given(["-Xswiftc", "-DDEMO", "--scratch-path=.b", "--static-swift-stdlib"]) == [
        "-Xswiftc: build.arguments = [\"-Xswiftc\", \"-DDEMO\"]",
        "--scratch-path: build.arguments = [\"--scratch-path\", \".b\"]",
        "--static-swift-stdlib: build.arguments = [\"--static-swift-stdlib\"]",
      ])
  }

  @Test(
    "has an option for each setting",
    arguments: Setting.all.filter { $0.key != Setting.product.key }.map(\.key))
  func all(key: String) throws {
    let setting = try #require(Setting.named(key))
    let value: [String] =
      switch setting.kind {
      case .flag: []
      case .choice(let choices): [choices[0]]
      case .duration: ["5s"]
      case .count: ["5"]
      case .restartPolicy: ["always"]
      case .table: ["NAME=value"]
      default: ["text"]
      }
    #expect(try parse([setting.option] + value).given.map(\.setting.key) == [key])
  }

  @Test("asks for help anywhere before the server's arguments", arguments: ["-h", "--help"])
  func help(option: String) throws {
    #expect(try Invocation(["App", "--clear", option, "--none"], of: RunCommand.command) == nil)
    #expect(try Invocation(["App", "--", option], of: RunCommand.command) != nil)
  }

  @Test("may have an option of the command's own, and arguments of its own")
  func own() throws {
    var (options, arguments): ([String], [String]) = ([], [])
    let invocation = try Invocation(["a", "--json", "--", "--b"], of: ConfigCommand.command) { name in
      if name == "--json" { options.append(name) }
      return name == "--json"
    } positional: {
      arguments.append($0)
    }
    #expect(options == ["--json"] && arguments == ["a", "--b"] && invocation?.given.isEmpty == true)
  }
}
