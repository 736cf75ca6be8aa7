import Testing

@testable import Posix

@Suite("Lines that come in pieces")
struct LineSplitterTests {
  /// Returns the lines that are delivered for a text that arrives in pieces of this size.
  private func told(_ text: String, pieces size: Int, longest: Int = .max) -> [(
    line: String, isComplete: Bool
  )] {
    var told: [(String, Bool)] = []
    var splitter = LineSplitter(longest: longest)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      splitter.take(Array(rest.prefix(size))) { told.append(($0, $1)) }
      rest = rest.dropFirst(size)
    }
    splitter.finish { told.append(($0, $1)) }
    return told
  }

  @Test("are whole, whatever the pieces", arguments: [1, 2, 3, 5, 100])
  func whole(size: Int) {
    let lines = told("one\n\ntwö\nthree", pieces: size).filter(\.isComplete).map(\.line)
    #expect(lines == ["one", "", "twö", "three"])
  }

  @Test("are told of before their end, as prompts have none")
  func beginnings() {
    #expect(told("a\nPassword: ", pieces: 100).map(\.line) == ["a", "Password: ", "Password: "])
  }

  @Test("that are too long are cut, and how much is missing is said", arguments: [1, 3, 100])
  func cut(size: Int) {
    let lines = told("abcdefgh\nabcde\nabc", pieces: size, longest: 5).filter(\.isComplete).map(\.line)
    #expect(lines == ["abcde… (3 more bytes)", "abcde", "abc"])
  }

  @Test("lines of 30 MB take ten times the work of 3 MB, and are never held as a whole")
  func linear() {
    func work(_ megabytes: Int, longest: Int) -> Int {
      var splitter = LineSplitter(longest: longest)
      var bytes = 0
      let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
      for _ in 0..<megabytes * 16 { splitter.take(piece) { line, _ in bytes += line.utf8.count } }
      splitter.finish { line, _ in bytes += line.utf8.count }
      return bytes
    }
    #expect(work(30, longest: .max) == 10 * work(3, longest: .max))
    #expect(work(30, longest: 100_000) < 100_100)
  }
}
