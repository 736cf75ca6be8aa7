internal import Glibc
internal import Handoff
internal import Posix

/// One request of a browser, on a connection and a thread of its own. It is passed to the server, and the
/// script is added if the response is a page.
struct Exchange: ~Copyable {
  private var client: ByteStream
  private let pages: Pages

  /// Takes over a connection that was accepted.
  init(_ client: consuming Descriptor, pages: Pages) {
    self.client = ByteStream(client)
    self.pages = pages
  }

  /// Handles the request and closes the connection.
  consuming func run() {
    if let request = client.head() {
      switch request.path {
      case PageScript.path: respond("200 OK", "text/javascript", Array(PageScript.text.utf8))
      case PageScript.eventsPath: stream()
      default: forward(request)
      }
    }
    client.close()
  }

  /// Answers with the event stream (HTML, 9.2), until the page closes it.
  private mutating func stream() {
    let head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    guard client.write(Array((head + "retry: 300\n\n").utf8)) else { return }
    pages.join(client.number)
    while client.next() != nil {}
    pages.leave(client.number)
  }

  /// Passes the request to the server and its response to the browser.
  private mutating func forward(_ request: MessageHead) {
    if request["via"]?.contains(Self.name) == true {
      return respond(
        "508 Loop Detected", "text/plain", Array("browser.server leads back to hotreload\n".utf8))
    }
    // Read before the server is asked. If new code becomes live meanwhile, the page is newer than its version
    // and is reloaded once too often. Otherwise an old page could have a new version, and would never be
    // reloaded.
    let newest = pages.newest
    guard let connection = try? pages.server?.connect() else {
      let text = "The server is not listening yet. This page reloads when it is."
      let page = PageScript.page(text, PageScript.tag(newest, waits: true))
      return respond("503 Service Unavailable", "text/html; charset=utf-8", page)
    }
    var server = ByteStream(connection)
    guard server.write(forwardedRequest(request).bytes), sendRest(to: server) else {
      return tellOfNoAnswer(newest)
    }
    while let head = server.head() {
      if 100..<200 ~= head.status, head.status != 101 {
        guard client.write(head.bytes) else { return }
        continue
      }
      return answer(request, head, from: &server, newest)
    }
    tellOfNoAnswer(newest)
  }

  /// The name of the proxy in the field `Via` (RFC 9110, 7.6.3).
  private static let name = "hotreload"

  /// Returns the request for the server. For a page it asks for the whole page, without compression and not
  /// from a cache, because the tag must be added.
  private func forwardedRequest(_ request: MessageHead) -> MessageHead {
    var request = request
    request.set("Via", "1.1 \(Self.name)")
    if !request.upgrades { request.set("Connection", "close") }
    if request.isForPage {
      for field in ["accept-encoding", "if-none-match", "if-modified-since", "if-range", "range"] {
        request.remove(field)
      }
    }
    return request
  }

  /// Answers with a page that says that the server has not answered.
  private mutating func tellOfNoAnswer(_ newest: Pages.Newest) {
    let text =
      "The server closed the connection without a response: it has crashed, or it speaks another protocol."
    respond(
      "502 Bad Gateway", "text/html; charset=utf-8", PageScript.page(text, PageScript.tag(newest)))
  }

  /// Passes the rest of the request to the server on a thread of its own: a body, or the bytes of another
  /// protocol. Returns false if the server has closed the connection or no thread can be started.
  private mutating func sendRest(to server: borrowing ByteStream) -> Bool {
    guard client.forwardReceived(to: server), let source = client.duplicate(), let sink = server.duplicate()
    else { return false }
    let numbers = (source.release(), sink.release())
    do throws(SystemError) {
      try startDetachedThread {
        var client = ByteStream(Descriptor(owning: numbers.0))
        let server = ByteStream(Descriptor(owning: numbers.1))
        client.forward(to: server)
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

  /// Passes a response to the browser, with the tag if it is a page.
  private func answer(
    _ request: MessageHead, _ head: MessageHead, from server: inout ByteStream, _ newest: Pages.Newest
  ) {
    var head = head
    if head.status != 101 { head.set("Connection", "close") }
    guard request.isForPage, head.isPage else {
      if request.isForPage, head.isAnyPage, let way = head.compression { tell(request, .compressed(way)) }
      // Browsers treat their cached responses as fresh when a page is reloaded, unless this forbids it.
      if head["cache-control"]?.contains("no-store") != true { head.set("Cache-Control", "no-cache") }
      if client.write(head.bytes) { server.forward(to: client) }
      return
    }
    if let token = head.policies.lazy.compactMap(\.missingSandboxToken).first {
      tell(request, .sandbox(missing: token))
    }
    let needs = PageScript.needs(of: request, nonce: head.nonce)
    let tag = PageScript.tag(newest, isForm: request.words.first != "GET", nonce: head.allow(needs))
    for field in ["etag", "last-modified"] { head.remove(field) }
    head.set("Cache-Control", "no-store")
    let encoding = server.await { [head] in PageEncoding(head, $0, isEnd: $1) } ?? .ascii
    var body = PageBody(adding: encoding.encoded(tag), to: &head)
    guard client.write(head.bytes) else { return }
    var isHeadComplete = false
    while let bytes = server.next() {
      guard client.write(body.passing(bytes)) else { return }
      if !isHeadComplete { isHeadComplete = look(at: body, request, needs) }
    }
    _ = client.write(body.atEnd)
  }

  /// Reports policies in the page that forbid the script. Returns whether no further ones can come.
  private func look(at body: PageBody, _ request: MessageHead, _ needs: ContentSecurityPolicy.Needs) -> Bool {
    let head = PageHead(body.beginning)
    let isAllowed = head.policies.allSatisfy { ContentSecurityPolicy($0).allows(needs) }
    if !isAllowed { tell(request, .policyInPage) }
    return head.isComplete || !isAllowed
  }

  /// Notes why the page cannot be reloaded. A page in a frame is reloaded with the one around it, so it needs
  /// no notice.
  private func tell(_ request: MessageHead, _ blocker: ReloadBlocker) {
    if request["sec-fetch-dest"] ?? "document" == "document" { pages.tell(String(request.path), blocker) }
  }

  /// Sends a complete response.
  private func respond(_ status: String, _ type: String, _ body: [UInt8]) {
    let head = """
      HTTP/1.1 \(status)\r
      Content-Type: \(type)\r
      Content-Length: \(body.count)\r
      Cache-Control: no-store\r
      Connection: close\r
      \r

      """
    _ = client.write(Array(head.utf8) + body)
  }
}
