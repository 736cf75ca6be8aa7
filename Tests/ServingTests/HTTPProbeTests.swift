import Glibc
import Posix
import Testing

@testable import Serving

@Suite("A probe by HTTP")
struct HTTPProbeTests {
  /// What a probe makes of what a server writes, piece by piece, before it closes the connection.
  private func answer(_ pieces: [String]) throws -> HTTPProbe.Answer? {
    let loop = try EventLoop()
    let pair = try SocketPair(.unix)
    let server = try pair.remote.duplicate().release()
    var answer: HTTPProbe.Answer?
    let probe = HTTPProbe("/health", pair.takeLocal(), loop: loop) {
      answer = $0
      loop.stop()
    }
    // Each piece is read before the next is written.
    func write(_ rest: ArraySlice<String>) {
      guard let piece = rest.first else {
        close(server)
        return
      }
      _ = Glibc.write(server, piece, piece.utf8.count)
      loop.after(.zero) { if answer == nil { write(rest.dropFirst()) } else { close(server) } }
    }
    loop.after(.zero) { write(pieces[...]) }
    try loop.run()
    withExtendedLifetime(probe) {}
    return answer
  }

  @Test(
    "takes the status of the answer",
    arguments: [
      (["HTTP/1.1 200 OK\r\n\r\n"], 200), (["HTTP/1.0 503 Service Unavailable\r\n"], 503),
      (["HTTP/1.1 204"], 204),
      (["H", "TTP/1.1", " ", "20", "0 OK\r\n"], 200), (["HTTP/1.1 404 Not Found\r\n\r\n" + "x"], 404),
    ])
  func status(pieces: [String], status: Int) throws { #expect(try answer(pieces) == .status(status)) }

  @Test(
    "takes nothing else for an answer",
    arguments: [
      [], ["HTTP/1.1 20"], ["HTTP/2 200 OK\r\n"], ["SSH-2.0-OpenSSH_9.6\r\n"], ["HTTP/1.1 abc\r\n"],
      ["\u{0}\u{0}\u{12}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"],
    ])
  func none(pieces: [String]) throws {
    #expect(try answer(pieces) == HTTPProbe.Answer.none)
  }

  @Test("asks for the path, and wants the connection closed")
  func request() throws {
    let loop = try EventLoop()
    let pair = try SocketPair(.unix)
    let server = try pair.remote.duplicate()
    let probe = HTTPProbe("/health?full=1", pair.takeLocal(), loop: loop) { _ in }
    let text = String(decoding: try server.read() ?? [], as: UTF8.self)
    #expect(text.hasPrefix("GET /health?full=1 HTTP/1.1\r\nHost: localhost\r\n"))
    #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("\r\n\r\n"))
    probe.cancel()
  }

  @Test("tells nothing once it is cancelled")
  func cancelled() throws {
    let loop = try EventLoop()
    let pair = try SocketPair(.unix)
    let server = try pair.remote.duplicate()
    var isAnswered = false
    let probe = HTTPProbe("/", pair.takeLocal(), loop: loop) { _ in isAnswered = true }
    try server.write("HTTP/1.1 200 OK\r\n")
    probe.cancel()
    loop.after(.milliseconds(1)) { loop.stop() }
    try loop.run()
    #expect(!isAnswered)
  }
}
