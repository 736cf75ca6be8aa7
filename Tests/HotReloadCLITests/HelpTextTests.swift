import Settings
import Testing

@testable import HotReloadCLI

@Suite("The help of a command")
struct HelpTextTests {
  @Test(
    "has all of its options, and fits into the terminal", arguments: Subcommand.all.map(\.name),
    [60, 80, 200])
  func fits(name: String, width: Int) throws {
    let command = try #require(Subcommand.all.first { $0.name == name })
    let lines = command.helpText(width: width).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.contains("USAGE: \(command.usage)"))
    for option in command.options + [.help] {
      #expect(lines.contains { $0.hasPrefix("  " + option.names.joined(separator: ", ")) })
    }
    for line in lines.dropFirst() where !line.hasPrefix("USAGE: ") && line.count > width {
      // An option and its placeholder are not wrapped, nor is a long word.
      let words = line.split(separator: " ")
      #expect(words.count == 1 || words.allSatisfy { $0.hasPrefix("-") || $0.hasPrefix("<") }, "\(line)")
    }
  }

  @Test("has two columns, the second on the next line where the first is too long")
  func rows() {
    let text = String(repeating: "word ", count: 10)
    #expect(
      Subcommand.row("--short", text, width: 46) == """
          --short                 word word word word
                                  word word word word
                                  word word

        """)
    #expect(
      Subcommand.row("--an-option-that-is-long <value>", "help", width: 46) == """
          --an-option-that-is-long <value>
                                  help

        """)
  }

  @Test("that of a setting says its default, its values, and whether it may be given again")
  func notes() {
    #expect(Subcommand.Option(.strategy).help.hasSuffix("(values: overlap, replace; default: overlap)"))
    #expect(Subcommand.Option(.strategy).choices == ["overlap", "replace"])
    #expect(Subcommand.Option(.probation).help.hasSuffix("(default: 1s)"))
    #expect(Subcommand.Option(.probation).placeholder == "<duration>")
    #expect(Subcommand.Option(.fast).names == ["--fast/--no-fast"])
    #expect(
      Subcommand.Option(.fast).help.hasSuffix("(default: yes)") && Subcommand.Option(.fast).placeholder == nil
    )
    #expect(Subcommand.Option(.exclude).help.hasSuffix("(may be given more than once)"))
    #expect(Subcommand.Option(.configuration).names == ["-c", "--configuration"])
  }
}
