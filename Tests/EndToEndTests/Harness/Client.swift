import Foundation

/// A blocking connection to a server on loopback.
final class Connection {
  /// The way in which a request was lost.
  enum Failure: Error, Hashable {
    case refused
    case notConnected(Int32)
    case reset
    /// Closed before the response.
    case closed
    /// Closed in the middle of the response.
    case cut
    case timedOut
  }

  private let descriptor: Int32
  /// Whether a response has been received on the connection.
  private(set) var isReused = false

  /// Connects to a port, or to a Unix domain socket if `host` is a path, or `@` and an abstract name.
  init(port: UInt16, host: String = "127.0.0.1") throws(Failure) {
    if host.hasPrefix("/") || host.hasPrefix("@") {
      descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: host.utf8) }
      if host.hasPrefix("@") { address.sun_path.0 = 0 }
      let length = MemoryLayout<sa_family_t>.size + host.utf8.count + (host.hasPrefix("@") ? 0 : 1)
      try connect(to: &address, socklen_t(length))
      return
    }
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    getaddrinfo(host, String(port), &hints, &found)
    defer { freeaddrinfo(found) }
    guard let address = found?.pointee else { throw .notConnected(EINVAL) }
    descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
    try connect(to: address.ai_addr, address.ai_addrlen)
  }

  /// Starts to connect to a port on loopback without waiting. If the queue of the listener is full, the
  /// connection is made later.
  init(withoutWaiting port: UInt16) throws(Failure) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    do {
      try connect(to: &address, socklen_t(MemoryLayout<sockaddr_in>.size))
    } catch .notConnected(EINPROGRESS) {}
    _ = fcntl(descriptor, F_SETFL, 0)
  }

  private func connect(to address: UnsafeRawPointer, _ length: socklen_t) throws(Failure) {
    var limit = timeval(tv_sec: Int(timeout), tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {  // the second one is that of connect(2), too
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    let address = address.assumingMemoryBound(to: sockaddr.self)
    if Foundation.connect(descriptor, address, length) == -1 {
      throw errno == ECONNREFUSED ? .refused : .notConnected(errno)
    }
  }

  deinit { close(descriptor) }

  /// Sends a request without waiting for its response.
  func send(_ path: String = "/") throws(Failure) {
    try send(bytes: "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
  }

  /// Sends these bytes, whatever they are.
  func send(bytes: String) throws(Failure) { try send(bytes: Array(bytes.utf8)) }

  /// Sends these bytes, whatever they are.
  func send(bytes: [UInt8]) throws(Failure) {
    if Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == -1 { throw .reset }
  }

  /// Waits until `end` has been received. Returns everything up to then.
  func receive(until end: String) throws(Failure) -> String {
    var received = ""
    while !received.hasSuffix(end) { received += String(decoding: try receiveSome(), as: UTF8.self) }
    return received
  }

  /// Waits for the end of the connection. Throws if another byte comes before.
  func receiveEnd() throws(Failure) {
    do { _ = try receiveSome() } catch .closed { return }
    throw .cut
  }

  /// Waits for bytes.
  func receiveSome() throws(Failure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 { return Array(buffer.prefix(count)) }
      if count == 0 { throw .closed }
      if errno != EINTR { throw errno == EAGAIN ? .timedOut : .reset }
    }
  }

  /// Waits for the response. Returns its body.
  func receive() throws(Failure) -> String {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      if let body = Self.body(of: received) {
        isReused = true
        return body
      }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { throw received.isEmpty ? .closed : .cut }
      if count == -1 {
        if errno == EINTR { continue }
        if errno == EAGAIN { throw .timedOut }
        throw received.isEmpty ? .reset : .cut
      }
      received += buffer.prefix(count)
    }
  }

  /// Sends a request, and waits for the response. Returns its body.
  func get(_ path: String = "/") throws(Failure) -> String {
    try send(path)
    return try receive()
  }

  private static func body(of response: [UInt8]) -> String? {
    let text = String(decoding: response, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n"), let field = text.range(of: "Content-Length: "),
      let length = Int(text[field.upperBound...].prefix { $0.isNumber }),
      text[end.upperBound...].utf8.count >= length
    else { return nil }
    return String(text[end.upperBound...])
  }
}

/// An answer of the fixture: `GREETING PID`.
struct Answer: Equatable {
  let greeting: String
  let pid: pid_t

  init(_ body: String) throws {
    let words = body.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let pid = pid_t(words[1]) else { throw NotAnAnswer(body: body) }
    (greeting, self.pid) = (String(words[0]), pid)
  }

  struct NotAnAnswer: Error { let body: String }
}

/// Sends a request on a new connection.
func answer(port: UInt16, host: String = "127.0.0.1") throws -> Answer {
  try Answer(try Connection(port: port, host: host).get())
}
