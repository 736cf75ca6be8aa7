import Testing

@testable import Session

@Suite("The editor")
struct EditorCommandTests {
  private func editor(_ variables: [String: String]) -> Editor? { Editor { variables[$0] } }

  /// Returns the arguments with which an editor opens a file.
  private func arguments(_ command: String, line: Int? = 3, column: Int? = 5) -> [String]? {
    editor(["EDITOR": command]).map { Array($0.words("/a b", line: line, column: column).dropFirst(4)) }
  }

  @Test("is that of VISUAL, or else of EDITOR, or none")
  func variables() {
    #expect(editor(["VISUAL": "code", "EDITOR": "vi"])?.command == "code")
    #expect(editor(["VISUAL": " ", "EDITOR": "vi"])?.command == "vi")
    #expect(editor([:]) == nil)
  }

  @Test("is told the line as it expects that")
  func places() {
    #expect(arguments("vi") == ["+3", "/a b"])
    #expect(arguments("/usr/bin/nvim -n") == ["+3", "/a b"])
    #expect(arguments("nano") == ["+3,5", "/a b"])
    #expect(arguments("nano", column: nil) == ["+3,1", "/a b"])
    #expect(arguments("emacsclient -t") == ["+3:5", "/a b"])
    #expect(arguments("code --wait") == ["--goto", "/a b:3:5"])
    #expect(arguments("hx") == ["/a b:3:5"])
    #expect(arguments("mine") == ["/a b"])
    #expect(arguments("vi", line: nil) == ["/a b"])
  }

  @Test("is started by the shell, which splits and expands its command")
  func shell() {
    #expect(
      editor(["EDITOR": "code --wait"])?.words("/a b", line: nil, column: nil)
        == ["/bin/sh", "-c", "code --wait \"$@\"", "code", "/a b"])
  }

  @Test("has a window of its own if it is known to")
  func window() {
    #expect(editor(["EDITOR": "code --wait"])?.hasWindow == true)
    #expect(editor(["EDITOR": "vim"])?.hasWindow == false)
  }
}
