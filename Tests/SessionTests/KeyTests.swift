import Testing

@testable import Session

@Suite("A key")
struct KeyTests {
  @Test("is a single byte, and several that are typed fast are several keys")
  func typed() {
    #expect(Key.keys(in: Array("r".utf8)) == [.build])
    #expect(Key.keys(in: Array("rq".utf8)) == [.build, .quit])
    #expect(Key.keys(in: Array("x?".utf8)) == [.help])
    #expect(Key.keys(in: []) == [])
  }

  @Test("is not a part of a function key, of another character or of pasted text")
  func others() {
    #expect(Key.keys(in: Array("\u{1B}[15~".utf8)) == [])
    #expect(Key.keys(in: Array("\u{1B}r".utf8)) == [])
    #expect(Key.keys(in: Array("é".utf8)) == [])
    #expect(Key.keys(in: Array("a pasted request".utf8)) == [])
  }

  @Test("is listed with its effect")
  func list() {
    #expect(
      Key.list == """
          r  build again
          s  start a new process without a build
          p  pause builds, or go on
          c  clear the terminal
          o  open the server in the browser
          l  show the server's last lines again
          e  open the first error in $EDITOR
          ?  list the keys
          q  quit
        """)
  }
}
