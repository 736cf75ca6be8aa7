import FastPathPlan
import Testing

@Suite("The words of a printed job")
struct ShellWordsTests {
  @Test("are apart at spaces outside of quotes")
  func quotes() {
    #expect(shellWords(#"a 'b c' "d e"f g\ h '' -D\"x"#) == ["a", "b c", "d ef", "g h", "", "-D\"x"])
    #expect(shellWords(#"'a"b' "c\"d\e$""#) == [#"a"b"#, #"c"d\e$"#])
  }

  @Test("are none when a quote does not end")
  func open() { #expect(shellWords("a 'b") == nil) }
}
