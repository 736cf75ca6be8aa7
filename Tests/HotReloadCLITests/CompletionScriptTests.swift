import Foundation
import Settings
import Testing

@testable import HotReloadCLI

@Suite("A completion script")
struct CompletionScriptTests {
  /// All options of a command, in each spelling.
  private static func options(of command: Subcommand) -> [String] {
    (command.options + [.help]).flatMap(\.names).flatMap { $0.split(separator: "/").map(String.init) }
  }

  /// What bash proposes for a word of a command line.
  private func completions(_ words: [String], word: Int) throws -> [String] {
    let script = try #require(CompletionScript.text(for: "bash"))
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments =
      [
        "--norc", "-c",
        #"eval "$0"; COMP_WORDS=("$@") COMP_CWORD=$POSITION; _hotreload; printf '%s\n' "${COMPREPLY[@]}""#,
        script, "hotreload",
      ] + words
    process.environment = ["POSITION": "\(word)", "PATH": "/usr/bin:/bin"]
    process.currentDirectoryURL = URL(filePath: "/")
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text.split(separator: "\n").map(String.init)
  }

  @Test("for bash proposes the commands, and help for each")
  func commands() throws {
    let names = Subcommand.all.map(\.name)
    #expect(try completions([""], word: 1) == names + ["help", "--help", "--version"])
    #expect(try completions(["help", ""], word: 2) == names + ["help", "--man"])
    #expect(try completions(["con"], word: 1) == ["config"])
  }

  @Test("for bash proposes all options of a command", arguments: Subcommand.all.map(\.name))
  func bashOptions(name: String) throws {
    let command = try #require(Subcommand.all.first { $0.name == name })
    #expect(
      try completions([name, "--"], word: 2) == Self.options(of: command).filter { $0.hasPrefix("--") })
  }

  @Test("for bash proposes the values of an option, or files where any value may be")
  func values() throws {
    #expect(try completions(["run", "--strategy", ""], word: 3) == ["overlap", "replace"])
    #expect(try completions(["run", "-c", "r"], word: 3) == ["release"])
    #expect(try completions(["init", "--from", "et"], word: 3) == ["etc"])
  }

  @Test("has every option of every command", arguments: ["zsh", "fish"])
  func others(shell: String) throws {
    let script = try #require(CompletionScript.text(for: shell))
    let lines = script.split(separator: "\n")
    for command in Subcommand.all {
      for name in Self.options(of: command) {
        let dashes = name.hasPrefix("--") ? "-l" : "-s"
        let expected =
          shell == "zsh"
          ? "'*\(name)["
          : "'__fish_seen_subcommand_from \(command.name)' \(dashes) \(name.drop { $0 == "-" }) "
        #expect(lines.contains { $0.contains(expected) })
      }
    }
    // A quote in a help text would end the word that it is in.
    for line in lines { #expect(line.replacing("\\'", with: "").count { $0 == "'" } % 2 == 0) }
  }

  @Test("is there for some shells only")
  func shells() {
    for shell in CompletionScript.shells { #expect(CompletionScript.text(for: shell) != nil) }
    #expect(CompletionScript.text(for: "tcsh") == nil)
  }
}
