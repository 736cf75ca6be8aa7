import Foundation
import Settings
import Testing

@testable import HotReloadCLI

@Suite("The manual page")
struct ManualPageTests {
  private static let groff = ["/usr/bin/groff", "/usr/local/bin/groff"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test("has every command, every option of it, and every setting with its variable")
  func complete() {
    let text = ManualPage.text.replacing("\\-", with: "-").replacing("\\e", with: "\\")
    for command in Subcommand.all {
      #expect(text.contains("\n.SS \"\(command.usage)\"\n"))
      for option in command.options { #expect(text.contains("\\fB" + option.names.joined(separator: ", "))) }
    }
    for setting in Setting.all { #expect(text.contains(setting.option + ", " + setting.variable)) }
  }

  @Test("is understood by groff without a warning", .enabled(if: groff != nil))
  func formatted() throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.groff))
    process.arguments = ["-man", "-ww", "-Tascii", "-P-cbou"]
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    let page = NSTemporaryDirectory() + "/\(UUID().uuidString).1"
    try Data(ManualPage.text.utf8).write(to: URL(filePath: page))
    defer { try? FileManager.default.removeItem(atPath: page) }
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: page))
    try process.run()
    // Without the spaces that fill a line.
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let complaints = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(complaints == "")
    #expect(text.contains("hotreload - Rebuild a Swift server on every save"))
    #expect(text.contains("--probation <duration>"))
    #expect(text.contains("swap.probation"))
  }

  @Test("has nothing that roff would take for a request or an escape")
  func escapes() {
    var page = Roff()
    page.paragraph(".reload.toml")
    page.paragraph("'run' … ü")
    page.item("a\\b", "\"c\"")
    #expect(
      page.text == """
        .PP
        \\&.reload.toml
        .PP
        \\(aqrun\\(aq ... \\[u00FC]
        .TP
        \\fBa\\eb\\fR
        \\(dqc\\(dq

        """)
  }
}
