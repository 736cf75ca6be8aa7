import Foundation
import Posix
import Testing

@Suite("The kernel's list of listening sockets")
struct ListeningSocketTests {
  private func isFound(_ listener: CInt, _ address: (ListeningSocket) -> String) throws {
    let inode = try #require(ListeningSocket.inode(of: listener))
    #expect(ListeningSocket.open(in: getpid())[inode] == listener)
    let found = try #require(ListeningSocket.all.first { $0.inode == inode })
    #expect(found.address == address(found))
  }

  @Test("has those of TCP, with address and port", arguments: [(AF_INET, "0.0.0.0"), (AF_INET6, "[::]")])
  func tcp(family: CInt, host: String) throws {
    let listener = socket(family, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    #expect(ListeningSocket.all.allSatisfy { $0.inode != ListeningSocket.inode(of: listener) })
    #expect(listen(listener, 1) == 0)
    try isFound(listener) { "\(host):\($0.port ?? 0)" }
  }

  @Test("has those with a path")
  func path() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "listening-\(getpid()) a").path
    let listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    defer {
      close(listener)
      unlink(path)
    }
    try bindUnix(listener, at: path)
    #expect(listen(listener, 1) == 0)
    try isFound(listener) { _ in path }
  }

  @Test("knows no inode of what is no socket")
  func none() { #expect(ListeningSocket.inode(of: -1) == nil && ListeningSocket.inode(of: 0) == nil) }
}
