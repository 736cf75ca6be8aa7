import FastPathLink
import Posix
import Testing
import WatchingTestSupport

@testable import FastPathRun

@Suite("What was read from objects")
struct ObjectTableTests {
  @Test("is read again when the file is another, and not before")
  func reads() throws {
    let directory = TemporaryDirectory()
    let path = directory["object"]
    var table = ObjectTable<Int>()
    var reads = 0
    func content() -> Int? {
      table.object(at: path) { _ in
        reads += 1
        return reads
      }?.content
    }
    #expect(content() == nil)
    try FileSystem.copy("/bin/true", to: path)
    #expect(content() == 1)
    #expect(content() == 1)
    FileSystem.remove(path)
    FileSystem.awaitTick()
    try FileSystem.copy("/bin/true", to: path)
    #expect(content() == 2)
    FileSystem.awaitTick()
    try FileSystem.write("no object", to: path)
    #expect(content() == nil)
    FileSystem.remove(path)
    #expect(content() == nil)
  }
}
