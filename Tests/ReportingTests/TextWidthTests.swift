import Reporting
import Testing

@Suite("The width of a text")
struct TextWidthTests {
  @Test("is the number of columns, not of bytes or characters")
  func width() {
    #expect(columns(of: "") == 0)
    #expect(columns(of: "abc") == 3)
    #expect(columns(of: "größe") == 5)
    #expect(columns(of: "e\u{301}") == 1)
    #expect(columns(of: "日本") == 4)
    #expect(columns(of: "🚀") == 2)
    #expect(columns(of: "a\u{1B}b\t") == 2)
  }

  @Test("is at most the limit after a cut")
  func cutText() {
    #expect(cut("abcdef", to: 6) == "abcdef")
    #expect(cut("abcdefg", to: 6) == "abc...")
    #expect(cut("日本語", to: 6) == "日本語")
    #expect(cut("日本語語", to: 6) == "日...")
    #expect(cut("abcdef", to: 3) == "abc")
    #expect(cut("abc", to: 0) == "")
  }
}
