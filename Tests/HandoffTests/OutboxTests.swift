import Glibc
import Posix
import Testing

@testable import Handoff

@Suite("A process that does not read")
struct OutboxTests {
  @Test("is told everything in order when it reads again, and offered nothing meanwhile")
  func order() throws {
    var ends: [CInt] = [-1, -1]
    let type = CInt(SOCK_SEQPACKET.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    let loop = try EventLoop()
    let peer = Peer(RecordSocket(Descriptor(owning: ends[0])), loop: loop)
    let process = RecordSocket(Descriptor(owning: ends[1]))

    var last = 0
    while peer.offer(.release(number: last)) { last += 1 }
    peer.send(.release(number: last))
    peer.send(.restore(name: "state"), descriptor: STDIN_FILENO)
    peer.send(.release(number: last + 1))
    #expect(!peer.offer(.release(number: -1)))

    var received: [String] = []
    var withDescriptor: [String] = []
    let watch = try loop.whenReadable(process.descriptor) {
      while case .record(let text, let descriptor)? = try? process.receive() {
        received.append(text)
        if descriptor != nil { withDescriptor.append(text) }
      }
      if received.last == "release \(last + 1)" { loop.stop() }
    }
    try loop.run()
    loop.forget(watch)
    #expect(received == (0...last).map { "release \($0)" } + ["restore state", "release \(last + 1)"])
    #expect(withDescriptor == ["restore state"])
    #expect(peer.offer(.release(number: -1)))
  }
}
