import CHTTP1
import Testing

@Suite("The end of an HTTP/1.x message")
struct HTTP1FramingTests {
  /// Returns the number of bytes of `text` that belong to the message, and the state after them, if it is fed
  /// in pieces of `size` bytes.
  private func take(
    _ text: String, response: Bool = false, toHead: Bool = false, size: Int
  ) -> (taken: Int, message: http1_message) {
    var message = http1_message()
    http1_reset(&message, response)
    message.bodiless = toHead
    let bytes = Array(text.utf8)
    var taken = 0
    while taken < bytes.count, message.phase != HTTP1_DONE {
      let piece = Array(bytes[taken...].prefix(size))
      let count = http1_take(&message, piece, piece.count)
      taken += count
      if count < piece.count { break }
    }
    return (taken, message)
  }

  struct Example: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var response = false
    var toHead = false
    var testDescription: String { name }
  }

  static let complete: [Example] = [
    Example(name: "a GET", text: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Example(name: "a GET after empty lines", text: "\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
    Example(name: "bare line feeds", text: "GET / HTTP/1.0\nHost: a\n\n"),
    Example(name: "a POST with a length", text: "POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"),
    Example(name: "a POST of nothing", text: "POST /x HTTP/1.1\r\ncontent-length: 0\r\n\r\n"),
    Example(
      name: "a chunked POST",
      text:
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n"
    ),
    Example(
      name: "a chunked response with trailers",
      text: "HTTP/1.1 200 OK\r\ntransfer-encoding:chunked\r\n\r\n1\r\na\r\n0\r\nChecksum: 1\r\n\r\n",
      response: true),
    Example(
      name: "both length and chunks: the chunks decide",
      text: "HTTP/1.1 200 OK\r\nContent-Length: 999\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      response: true),
    Example(
      name: "a response with a length", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", response: true
    ),
    Example(name: "204", text: "HTTP/1.1 204 No Content\r\n\r\n", response: true),
    Example(
      name: "304 with a length", text: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
      response: true),
    Example(name: "100", text: "HTTP/1.1 100 Continue\r\n\r\n", response: true),
    Example(
      name: "to HEAD", text: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", response: true, toHead: true),
    Example(
      name: "a field longer than what is kept of a line",
      text: "GET / HTTP/1.1\r\nCookie: \(String(repeating: "x", count: 500))\r\n\r\n"),
  ]

  @Test("is found, however the bytes come, and what follows is not taken", arguments: complete)
  func endsExactly(_ example: Example) {
    for size in [1, 2, 3, 7, 64, 10_000] {
      let next = "GET /next HTTP/1.1\r\n\r\n"
      let (taken, message) = take(
        example.text + next, response: example.response, toHead: example.toHead, size: size)
      #expect(message.phase == HTTP1_DONE)
      #expect(taken == example.text.utf8.count, "in pieces of \(size)")
    }
  }

  @Test("does not come before the last byte", arguments: complete)
  func notEarly(_ example: Example) {
    let short = String(example.text.dropLast())
    let (_, message) = take(short, response: example.response, toHead: example.toHead, size: 5)
    #expect(message.phase != HTTP1_DONE)
  }

  @Test("is unknown of what is not HTTP/1.x")
  func opaque() {
    #expect(take("\u{16}\u{3}\u{1}", size: 1).message.phase == HTTP1_OPAQUE)
    #expect(take("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", size: 4).message.phase == HTTP1_OPAQUE)
    #expect(take("hello\r\n", size: 100).message.phase == HTTP1_OPAQUE)
    let upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    #expect(take(upgrade, response: true, size: 9).message.phase == HTTP1_OPAQUE)
  }

  @Test(
    "is known after bytes that nobody saw where they are in the body, and not known elsewhere",
    arguments: [
      ("Content-Length: 10\r\n\r\n", 10, HTTP1_DONE), ("Content-Length: 10\r\n\r\n", 4, HTTP1_BODY),
      ("Transfer-Encoding: chunked\r\n\r\n400\r\n", 1024, HTTP1_CHUNK_END),
      ("Transfer-Encoding: chunked\r\n\r\n400\r\n", 1025, HTTP1_OPAQUE), ("Content-Len", 1, HTTP1_OPAQUE),
    ])
  func unseen(seen: String, count: Int, phase: http1_phase) {
    var (_, message) = take("POST / HTTP/1.1\r\n" + seen, size: 1000)
    #expect(http1_take(&message, nil, count) == count)
    #expect(message.phase == phase)
  }

  @Test("that of a response without length is the end of the connection")
  func untilClose() {
    let (_, message) = take("HTTP/1.1 200 OK\r\n\r\nand so on", response: true, size: 6)
    #expect(message.phase == HTTP1_UNTIL_CLOSE)
  }

  @Test("says whether the connection stays open")
  func persistence() {
    for size in [1, 2, 5, 100] {
      #expect(!take("GET / HTTP/1.1\r\n\r\n", size: size).message.old)
      #expect(take("GET / HTTP/1.0\r\n\r\n", size: size).message.old)
      #expect(take("GET /\(String(repeating: "x", count: 99)) HTTP/1.0\r\n\r\n", size: size).message.old)
      #expect(!take("\r\nGET /\(String(repeating: "0", count: 99)) HTTP/1.1\n\n", size: size).message.old)
      #expect(take("HTTP/1.0 200 OK\r\n\r\n", response: true, size: size).message.old)
      #expect(take("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", size: size).message.closes)
      #expect(take("GET / HTTP/1.1\r\nConnection: te, close\r\n\r\n", size: size).message.closes)
      let unknown = "GET / HTTP/1.1\r\nConnection: \(String(repeating: "te, ", count: 20))\r\n\r\n"
      #expect(take(unknown, size: size).message.closes)
      let kept = take("GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n", size: size).message
      #expect(kept.keeps && !kept.closes)
    }
  }

  @Test("knows a HEAD and a CONNECT")
  func methods() {
    #expect(take("HEAD / HTTP/1.1\r\n\r\n", size: 3).message.head)
    #expect(take("CONNECT a:1 HTTP/1.1\r\n\r\n", size: 3).message.connect)
  }
}
