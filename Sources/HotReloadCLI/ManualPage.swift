import Control
import Settings

/// The manual page of `hotreload help --man`. It is made from the commands and the settings.
enum ManualPage {
  /// The option of `hotreload help`.
  static let option = "--man"

  /// The page for man(1).
  static var text: String {
    var page = Roff()
    page.title("hotreload", version: hotreloadVersion)
    page.section("NAME")
    page.paragraph("hotreload - \(summary)")
    page.section("SYNOPSIS")
    page.example(Subcommand.all.map(\.usage))
    page.section("DESCRIPTION")
    for paragraph in RunCommand.command.discussion { page.paragraph(paragraph) }
    page.section("COMMANDS")
    for command in Subcommand.all { add(command, to: &page) }
    page.section("SETTINGS")
    page.paragraph(
      "Each setting is a key of .reload.toml, a variable, and an option of 'hotreload run', which is described there."
    )
    for section in Setting.Section.allCases {
      page.subsection("[\(section.rawValue)] \(section.title)")
      for setting in Setting.all where setting.section == section {
        page.item(setting.key, "\(setting.option), \(setting.variable)")
      }
    }
    addEnd(to: &page)
    return page.text
  }

  /// Adds a command with its options, except for those that `run` has too.
  private static func add(_ command: Subcommand, to page: inout Roff) {
    page.subsection(command.usage)
    page.paragraph(command.abstract)
    if command.name != RunCommand.command.name {
      for paragraph in command.discussion { page.paragraph(paragraph) }
    }
    for argument in command.arguments { page.item(argument.name, argument.help) }
    let known = command.name == RunCommand.command.name ? [] : RunCommand.command.options.map(\.names)
    for option in command.options where !known.contains(option.names) {
      page.item(
        option.names.joined(separator: ", ") + (option.placeholder.map { " \($0)" } ?? ""), option.help)
    }
    if command.options.contains(where: { known.contains($0.names) }) {
      page.paragraph("It has options of 'hotreload run' too; 'hotreload help \(command.name)' lists them.")
    }
  }

  private static func addEnd(to page: inout Roff) {
    page.section("FILES")
    page.item(".reload.toml", "The settings of a project. 'hotreload init' writes one.")
    page.section("EXIT STATUS")
    page.item("0", "The command succeeded.")
    page.item("1", "It failed; for 'doctor', there is a problem.")
    page.item("3", "No hotreload runs for the project.")
    page.item("\(usageExitCode)", "The command line is wrong.")
    page.item("124", "The time of '--timeout' is over.")
    page.paragraph("'hotreload run' ends by the signal that ended it, such as SIGINT after Ctrl-C.")
  }
}
