import Glibc
import Posix
import Testing
import WatchingTestSupport

@Suite("A descriptor")
struct DescriptorOwnershipTests {
  /// Waits until nobody has the writing end of a pipe any more. Another thread may be between fork and exec.
  private func awaitHangUp(_ reading: borrowing Descriptor) throws -> Int16 {
    var wait = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
    try #require(poll(&wait, 1, -1) == 1)
    return wait.revents
  }

  @Test("is closed when its owner goes out of scope")
  func closes() throws {
    let reading = try Pipe().takeReading()
    #expect(try awaitHangUp(reading) == Int16(POLLHUP))
    #expect(try reading.read() == [])
  }

  @Test("that is given away stays open")
  func released() throws {
    func writingEnd(_ pipe: borrowing Pipe) throws -> CInt { try pipe.writing.duplicate().release() }
    let pipe = try Pipe()
    let number = try writingEnd(pipe)
    let reading = pipe.takeReading()
    #expect(try reading.read() == nil)
    #expect(write(number, "x", 1) == 1)
    close(number)
    #expect(try reading.read() == [UInt8(ascii: "x")])
    #expect(try awaitHangUp(reading) == Int16(POLLHUP))
  }

  @Test("has duplicates that outlive it, with the same offset")
  func duplicates() throws {
    func duplicate() throws -> Descriptor {
      let file = try Descriptor.inMemory("test")
      try file.write("one")
      return try file.duplicate()
    }
    let file = try duplicate()
    try file.write(" two")
    #expect(try String(decoding: file.read(at: 0, count: 100), as: UTF8.self) == "one two")
    #expect(file.number > 2)
  }

  @Test("is not inherited by programs")
  func closedOnExec() throws {
    let directory = TemporaryDirectory()
    let memory = try Descriptor.inMemory("test")
    let pipe = try Pipe()
    let file = try Descriptor.open(directory["file"], O_WRONLY | O_CREAT)
    let copy = try file.duplicate()
    for number in [memory.number, pipe.reading.number, pipe.writing.number, file.number, copy.number] {
      #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  @Test("reads the part of a file that is asked for, or what there is of it")
  func parts() throws {
    let file = try Descriptor.inMemory("test")
    try file.write("0123456789")
    #expect(try file.read(at: 3, count: 4) == Array("3456".utf8))
    #expect(try file.read(at: 8, count: 4) == Array("89".utf8))
    #expect(try file.read(at: 10, count: 4) == [])
  }

  @Test("that cannot be opened is an error with the path and the reason")
  func missing() throws {
    let directory = TemporaryDirectory()
    let error = try #require(throws: SystemError.self) {
      _ = try Descriptor.open(directory["none"], O_RDONLY)
    }
    #expect(error.code == ENOENT)
    #expect("\(error)" == "\(directory["none"]): No such file or directory (open)")
  }
}
