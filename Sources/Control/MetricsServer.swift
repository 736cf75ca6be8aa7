internal import Glibc
package import Handoff
package import Posix

/// Serves metrics over HTTP/1.1, one response a connection. It never waits for a client.
package final class MetricsServer {
  /// The maximum number of clients at a time. The one that came first is closed for the next.
  private static let limit = 16
  /// The maximum length of a request, in bytes.
  private static let longestRequest = 8192

  /// The address for clients.
  package let address: ListenAddress
  private let listener: Descriptor
  private let loop: EventLoop
  private let text: () -> String
  private var watch: EventLoop.Token?
  private var clients: [Client] = []

  /// Listens at `address`. `text` returns the metrics at the time of a request. Throws the errno of the call that
  /// failed.
  package init(at address: ListenAddress, loop: EventLoop, text: @escaping () -> String) throws(SystemError) {
    (self.address, self.loop, self.text) = (address, loop, text)
    listener = try address.listen()
    _ = fcntl(listener.number, F_SETFL, O_NONBLOCK)
    watch = try loop.whenReadable(listener) { [unowned self] in accept() }
  }

  /// Stops listening, and closes all connections.
  package func close() {
    watch.map(loop.forget)
    watch = nil
    for client in clients { client.close() }
    clients = []
  }

  private func accept() {
    while let number = acceptConnection(listener.number) {
      if clients.count >= Self.limit { clients.removeFirst().close() }
      let client = Client(Descriptor(owning: number), loop: loop)
      client.watch = try? loop.whenReadable(client.socket) { [unowned self, unowned client] in serve(client) }
      clients.append(client)
    }
  }

  private func serve(_ client: Client) {
    if client.response.isEmpty {
      guard let bytes = try? client.socket.read() else { return }
      client.request += bytes
      let head = String(decoding: client.request, as: UTF8.self)
      if bytes.isEmpty || client.request.count > Self.longestRequest { return end(client) }
      guard head.contains("\r\n\r\n") || head.contains("\n\n") else { return }
      client.response = Array(response(to: head).utf8)
    }
    send(client)
  }

  private func send(_ client: Client) {
    while !client.response.isEmpty {
      let count = client.response.withUnsafeBytes {
        Glibc.send(client.socket.number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if count > 0 {
        client.response.removeFirst(count)
      } else if errno == EAGAIN {
        client.watch.map(loop.forget)
        client.watch = try? loop.whenWritable(client.socket) { [unowned self, unowned client] in send(client)
        }
        return
      } else if errno != EINTR {
        break
      }
    }
    end(client)
  }

  private func end(_ client: Client) {
    client.close()
    // It must first return from the call that has closed it.
    loop.after(.zero) { [weak self] in self?.clients.removeAll { $0 === client } }
  }

  private func response(to head: String) -> String {
    let words = head.prefix { $0 != "\r\n" && $0 != "\n" }.split(separator: " ")
    let path = words.count > 1 ? words[1].prefix { $0 != "?" } : ""
    let isRead = words.first == "GET" || words.first == "HEAD"
    let (status, body) =
      !isRead
      ? ("405 Method Not Allowed", "metrics are read by GET\n")
      : path == "/metrics" ? ("200 OK", text()) : ("404 Not Found", "the metrics are at /metrics\n")
    let type = status.hasPrefix("200") ? Metrics.mediaType : "text/plain; charset=utf-8"
    return "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
      + "Connection: close\r\n\r\n" + (words.first == "HEAD" ? "" : body)
  }

  /// A connection.
  private final class Client {
    let socket: Descriptor
    private let loop: EventLoop
    var watch: EventLoop.Token?
    var request: [UInt8] = []
    /// The rest of the response; empty until the request is complete.
    var response: [UInt8] = []

    init(_ socket: consuming Descriptor, loop: EventLoop) {
      self.socket = socket
      self.loop = loop
    }

    func close() {
      watch.map(loop.forget)
      watch = nil
      shutdown(socket.number, CInt(SHUT_RDWR))
    }
  }
}
