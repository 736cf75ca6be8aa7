import Glibc
import Testing

@testable import HotReload

@Suite("Memory that is passed on")
struct SealedMemoryTests {
  @Test("has what was put into it, and cannot be changed any more")
  func sealed() throws {
    let memory = try SealedMemory(name: "test", [1, 2], [], [3])
    #expect(try SealedMemory.contents(of: memory.descriptor) == [1, 2, 3])
    #expect(try SealedMemory.contents(of: memory.descriptor) == [1, 2, 3])
    #expect(pwrite(memory.descriptor, "x", 1, 0) == -1 && errno == EPERM)
    #expect(ftruncate(memory.descriptor, 0) == -1 && errno == EPERM)
    #expect(ftruncate(memory.descriptor, 100) == -1 && errno == EPERM)
    #expect(fcntl(memory.descriptor, F_GETFD) == FD_CLOEXEC)
  }

  @Test("is refused when it could still be changed, or is no memory at all")
  func notSealed() throws {
    var ends: [CInt] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let file = try #require(tmpfile())
    for descriptor in [ends[0], fileno(file), -1] {
      #expect(throws: SealedMemory.Failure.notSealed) { try SealedMemory.contents(of: descriptor) }
    }
    fclose(file)
    for end in ends { close(end) }
  }

  @Test("is not made when it is too large")
  func tooLarge() {
    let half = [UInt8](repeating: 0, count: SealedMemory.sizeLimit / 2)
    #expect(throws: SealedMemory.Failure.tooLarge(SealedMemory.sizeLimit + 1)) {
      try SealedMemory(name: "test", half, half, [0]).descriptor
    }
  }

  @Test("says which version it is of")
  func format() throws {
    for version in [1, 0, -1, Int.max, .min] {
      let parsed = try #require(StateFormat.parse(StateFormat.header(version: version) + [9]))
      #expect(parsed.version == version)
      #expect(parsed.state == [9])
    }
    #expect(StateFormat.parse([]) == nil)
    #expect(StateFormat.parse(Array("HRS2........".utf8)) == nil)
  }
}
