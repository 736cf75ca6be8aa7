import Glibc
import Posix
import Testing

@Suite("A writer that no reader delays")
struct OutputWriterTests {
  /// Reads from a pipe until its end, or until `isEnough` returns true.
  private func read(_ reading: borrowing Descriptor, until isEnough: ([UInt8]) -> Bool) throws -> [UInt8] {
    var all: [UInt8] = []
    while !isEnough(all) {
      var wait = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
      try #require(poll(&wait, 1, -1) == 1)
      guard let bytes = try reading.read(), !bytes.isEmpty else { break }
      all += bytes
    }
    return all
  }

  @Test("writes everything in order, and has done so after a flush")
  func order() throws {
    let pipe = try Pipe()
    let writer = OutputWriter(pipe.writing.number) { "\($0) missing\n" }
    let lines = (1...500).map { "line \($0)\n" }
    for line in lines { writer.write(line) }
    writer.flush(pause: .seconds(600), limit: .seconds(600))
    #expect(try pipe.reading.read() == Array(lines.joined().utf8))
  }

  @Test("drops what finds no room, and says in its place how much that was")
  func gap() throws {
    let pipe = try Pipe()
    let writer = OutputWriter(pipe.writing.number, limit: 100_000) { "\($0) missing\n" }
    // More than a pipe takes, so that more than the limit waits until somebody reads.
    let long = String(repeating: "x", count: 300_000) + "\n"
    writer.write(long)
    writer.write("dropped\n")
    writer.write("dropped too\n")
    var all = try read(pipe.reading) { $0.count >= long.utf8.count }
    writer.write("after\n")
    all += try read(pipe.reading) { $0.suffix(6) == Array("after\n".utf8) }
    #expect(all.dropFirst(long.utf8.count) == Array("2 missing\nafter\n".utf8)[...])
  }

  @Test("does not wait for a reader that does not read")
  func stuck() throws {
    let pipe = try Pipe()
    let writer = OutputWriter(pipe.writing.number) { "\($0) missing\n" }
    let long = String(repeating: "x", count: 300_000)
    writer.write(long)
    writer.flush(pause: .milliseconds(1), limit: .milliseconds(1))  // returns, with most of it unread
    #expect(try read(pipe.reading) { $0.count == long.utf8.count }.count == long.utf8.count)
  }
}
