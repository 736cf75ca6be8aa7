import Reporting
import Testing

@Suite("The place of a diagnostic")
struct DiagnosticLinkTests {
  private func text(_ line: String, host: String? = "box") -> String {
    var style = Style(isColored: false)
    style.linkHost = host
    return style.diagnostic([line])
  }

  @Test("is a link to its file")
  func link() {
    #expect(
      text("/p/a b/ü.swift:3:5: error: text")
        == "\u{1B}]8;;file://box/p/a%20b/%C3%BC.swift\u{1B}\\/p/a b/ü.swift:3:5\u{1B}]8;;\u{1B}\\: error: text"
    )
    #expect(
      text("/p/a.swift:3: warning: text")
        == "\u{1B}]8;;file://box/p/a.swift\u{1B}\\/p/a.swift:3\u{1B}]8;;\u{1B}\\: warning: text")
  }

  @Test("is no link without links, or if it is not an absolute path with a line")
  func noLink() {
    #expect(text("/p/a.swift:3:5: error: text", host: nil) == "/p/a.swift:3:5: error: text")
    #expect(text("a.swift:3:5: error: text") == "a.swift:3:5: error: text")
    #expect(text("error: text") == "error: text")
  }

  @Test("is a link on a terminal with colours that does not print links as text")
  func terminals() {
    func has(_ wanted: String, _ term: String?, isColored: Bool = true, isTerminal: Bool = true) -> Bool {
      Style.hasLinks(wanted: wanted, isColored: isColored, isTerminal: isTerminal) {
        $0 == "TERM" ? term : nil
      }
    }
    #expect(has("auto", "xterm"))
    #expect(!has("auto", "linux"))
    #expect(!has("auto", nil))
    #expect(!has("auto", "xterm", isColored: false))
    #expect(!has("auto", "xterm", isTerminal: false))
    #expect(!has("never", "xterm"))
    #expect(has("always", "dumb", isColored: false, isTerminal: false))
  }
}
