import Glibc
import Posix
import Testing
import WatchingTestSupport

@Suite("A socket for datagrams")
struct DatagramSocketTests {
  private let directory = TemporaryDirectory()

  @Test("receives what a service says to its manager, one text after the other")
  func notified() throws {
    try FileSystem.write("left by another", to: directory["socket"])
    let socket = try DatagramSocket(path: directory["socket"])
    #expect(socket.receive() == nil)
    notify(directory["socket"], "READY=1")
    notify(directory["socket"], "STATUS=two\nlines")
    #expect(socket.receive()?.text == "READY=1")
    #expect(socket.receive()?.text == "STATUS=two\nlines")
    #expect(socket.receive() == nil)
    notify(directory["none"], "READY=1")  // nobody hears it, which is no error
  }

  @Test("cannot be bound where the path is too long")
  func tooLong() throws {
    let path = directory[String(repeating: "x", count: 120)]
    let error = try #require(throws: SystemError.self) { _ = try DatagramSocket(path: path) }
    #expect(error.code == ENAMETOOLONG && error.subject == path)
  }

  @Test("tells one open file under two numbers from another that is the same file")
  func sameDescription() throws {
    let file = try Descriptor.open(directory["file"], O_RDWR | O_CREAT)
    let copy = try file.duplicate()
    let other = try Descriptor.open(directory["file"], O_RDWR)
    let received = ReceivedDescriptor(file)
    #expect(received.isSame(as: ReceivedDescriptor(copy)))
    #expect(!received.isSame(as: ReceivedDescriptor(other)))
  }
}
