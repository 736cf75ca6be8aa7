import Glibc
import Posix
import Testing

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
}
