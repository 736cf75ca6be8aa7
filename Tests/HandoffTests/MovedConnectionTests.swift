import Foundation
import Posix
import Testing

@testable import Handoff

/// Plays the processes of two generations, by the records that the interposer sends.
@Suite("A connection that moves while no generation is live")
struct MovedConnectionTests {
  private let loop: EventLoop
  private let server: HandoffServer
  private let path: String
  private let listener: Int32
  private let inode: UInt64

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/moved-\(UUID().uuidString.prefix(8))"
    let loop = try EventLoop()
    self.loop = loop
    server = try HandoffServer(path: path, loop: loop) { _, event in
      if event == .listening("here") { loop.stop() }
    }
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try #require(listen(listener, 8) == 0)
    inode = try #require(ListeningSocket.inode(of: listener))
  }

  private func end() {
    server.close()
    close(listener)
    unlink(path)
  }

  /// Connects a process of a generation that listens, and waits until the server knows of it.
  private func listening(_ generation: Int, descriptor: Int32 = -1) throws -> RecordSocket {
    server.expect(generation, held: false)
    let socket = socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let process = RecordSocket(Descriptor(owning: socket))
    try connectUnix(socket, to: path)
    try process.send("hello \(HandoffProtocol.version) \(generation) \(getpid())")
    try process.send("listening 0 8 here tcp4 127.0.0.1:1", descriptor: descriptor)
    try loop.run()
    return process
  }

  /// Returns the client's end of a connection that generation 1 gave away before it ended.
  private func moved() throws -> Descriptor {
    let connection = try SocketPair(.loopback)
    let old = try listening(1, descriptor: listener)
    try old.send("moved tcp4 127.0.0.1:1", descriptor: connection.remote.number)
    server.forget(1)
    return connection.takeLocal()
  }

  /// Returns whether the other end of a connection is closed, or is within `milliseconds`.
  private func isClosed(_ client: Int32, within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) == 1
  }

  @Test("is closed when the new one is seen to accept there in a way that is not understood")
  func unseen() throws {
    defer { end() }
    let client = try moved()
    let new = try listening(2)
    #expect(!isClosed(client.number, within: 0))
    server.closeMoved(to: inode + 1)
    #expect(!isClosed(client.number, within: 0))
    server.closeMoved(to: inode)
    #expect(isClosed(client.number, within: 60_000))
    _ = new
  }

  @Test("goes to the new one when that waits for it")
  func awaited() throws {
    defer { end() }
    let client = try moved()
    let new = try listening(2)
    try new.send("awaited 0")
    _ = try loop.whenReadable(new.descriptor) { [loop] in loop.stop() }
    try loop.run()
    server.closeMoved(to: inode)
    #expect(!isClosed(client.number, within: 0))
  }
}
