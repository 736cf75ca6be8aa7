import Glibc
import Posix
import Testing
import WatchingTestSupport

@Suite("A socket for records")
struct RecordSocketTests {
  @Test("gives the last words of a peer that died before it had read everything")
  func lastWords() throws {
    var ends: [CInt] = [-1, -1]
    let type = CInt(SOCK_SEQPACKET.rawValue | SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    let ours = RecordSocket(Descriptor(owning: ends[0]))
    let theirs = ends[1]
    try ours.send("unread")
    try #require(send(theirs, "last words", 10, 0) == 10)
    close(theirs)
    guard case .record("last words", _) = try ours.receive() else {
      Issue.record("no record")
      return
    }
    guard case .end = try ours.receive() else {
      Issue.record("no end")
      return
    }
  }

  /// The text of the next record; `nil` if there is none now.
  private func text(_ socket: borrowing RecordSocket) throws -> String? {
    if case .record(let text, _) = try socket.receive() { text } else { nil }
  }

  @Test("keeps records apart, in their order")
  func boundaries() throws {
    let pair = try SocketPair(.records)
    let theirs = RecordSocket(try pair.remote.duplicate())
    let ours = RecordSocket(pair.takeLocal())
    #expect(try text(ours) == nil)  // without waiting
    try theirs.send("one")
    try theirs.send("two words")
    #expect(try text(ours) == "one")
    #expect(try text(ours) == "two words")
    try ours.send("answer")
    #expect(try text(theirs) == "answer")
  }

  @Test("passes descriptors, which are open in their own right")
  func descriptors() throws {
    let pair = try SocketPair(.records)
    let theirs = RecordSocket(try pair.remote.duplicate())
    let ours = RecordSocket(pair.takeLocal())
    func send() throws {
      let file = try Descriptor.inMemory("sent")
      try file.write("content")
      try theirs.send("file", descriptor: file.number)
    }
    try send()
    guard case .record("file", let file?) = try ours.receive() else {
      Issue.record("no descriptor")
      return
    }
    #expect(try file.read(at: 0, count: 100) == Array("content".utf8))
    #expect(fcntl(file.number, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test("refuses a record that is too long, and takes the next one")
  func tooLong() throws {
    let pair = try SocketPair(.records)
    let theirs = RecordSocket(try pair.remote.duplicate())
    let ours = RecordSocket(pair.takeLocal())
    let longest = String(repeating: "x", count: RecordSocket.recordLimit)
    for text in [longest, longest + "x", "next"] { try theirs.send(text) }
    #expect(try text(ours) == longest)
    #expect(try #require(throws: SystemError.self) { _ = try text(ours) }.code == EMSGSIZE)
    #expect(try text(ours) == "next")
  }

  @Test("is accepted by a listener at a path, which nothing else may be at")
  func listener() throws {
    let directory = TemporaryDirectory()
    let listener = try RecordListener(path: directory["socket"])
    #expect(try listener.accept() == nil)
    let error = try #require(throws: SystemError.self) { _ = try RecordListener(path: directory["socket"]) }
    #expect(error.code == EADDRINUSE && error.subject == directory["socket"])
    let number = socket(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue), 0)
    let client = RecordSocket(Descriptor(owning: number))
    try connectUnix(number, to: directory["socket"])
    guard let peer = try listener.accept() else {
      Issue.record("nobody to accept")
      return
    }
    try client.send("hello")
    #expect(try text(peer) == "hello")
  }
}
