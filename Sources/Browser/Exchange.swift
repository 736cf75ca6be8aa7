internal import Glibc
internal import Handoff
internal import Posix

/// One request of a browser on a connection of its own: it is passed on to the server, and a page that comes back gets
/// the script. On a thread of its own.
struct Exchange: ~Copyable {
  private var client: ByteStream
  private let pages: Pages

  init(_ client: consuming Descriptor, pages: Pages) {
    self.client = ByteStream(client)
    self.pages = pages
  }

  /// From the request to the end of the connection.
  consuming func run() {
    guard let request = client.head() else { return }
    switch request.path {
    case PageScript.path: _ = client.write(response("200 OK", "text/javascript", Array(PageScript.text.utf8)))
    case PageScript.eventsPath: stream()
    default: pass(request)
    }
  }

  private mutating func stream() {
    let head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    guard client.write(Array((head + "retry: 300\n\n").utf8)) else { return }
    pages.join(client.number)
    while client.next() != nil {}
    pages.leave(client.number)
  }

  private mutating func pass(_ request: MessageHead) {
    // Before the server is asked: a page that is newer than its version is loaded once more, an older one would not be.
    let version = pages.version
    guard let connection = try? pages.server?.connect() else {
      return tellToWait("503 Service Unavailable", version)
    }
    var server = ByteStream(connection)
    var passed = request
    if !request.upgrades { passed.set("Connection", "close") }
    if request.mayBeForPage { passed.remove("accept-encoding") }
    guard server.write(passed.bytes), sendRest(to: server) else {
      return tellToWait("502 Bad Gateway", version)
    }
    while let head = server.head() {
      if 100..<200 ~= head.status, head.status != 101 {
        guard client.write(head.bytes) else { return }
        continue
      }
      answer(request, head, from: &server, version)
      // The rest of what it sends is read all the same: close(2) with bytes that nobody has read resets a connection.
      client.endWriting()
      return
    }
    tellToWait("502 Bad Gateway", version)
  }

  /// What follows the head of the request, as long as something comes: a body, or the bytes of another protocol.
  private mutating func sendRest(to server: borrowing ByteStream) -> Bool {
    guard client.passWhatIsThere(to: server), let source = client.duplicate(), let sink = server.duplicate()
    else { return false }
    let numbers = (source.release(), sink.release())
    do throws(SystemError) {
      try startDetachedThread {
        var client = ByteStream(Descriptor(owning: numbers.0))
        let server = ByteStream(Descriptor(owning: numbers.1))
        client.pass(to: server)
        server.endWriting()
        while client.next() != nil {}
      }
      return true
    } catch {
      close(numbers.0)
      close(numbers.1)
      return false
    }
  }

  /// Passes on a response to its end.
  private func answer(
    _ request: MessageHead, _ head: MessageHead, from server: inout ByteStream, _ version: String
  ) {
    var head = head
    if head.status != 101 { head.set("Connection", "close") }
    guard request.mayBeForPage, head.isPage else {
      if client.write(head.bytes) { server.pass(to: client) }
      return
    }
    var body = PageBody(adding: PageScript.tag(version: version), to: &head)
    guard client.write(head.bytes) else { return }
    while let bytes = server.next() {
      guard client.write(body.passing(bytes)) else { return }
    }
    _ = client.write(body.atEnd)
  }

  private func tellToWait(_ status: String, _ version: String) {
    _ = client.write(response(status, "text/html; charset=utf-8", PageScript.waitingPage(version: version)))
  }

  private func response(_ status: String, _ type: String, _ body: [UInt8]) -> [UInt8] {
    let head = """
      HTTP/1.1 \(status)\r
      Content-Type: \(type)\r
      Content-Length: \(body.count)\r
      Cache-Control: no-store\r
      Connection: close\r
      \r

      """
    return Array(head.utf8) + body
  }
}
