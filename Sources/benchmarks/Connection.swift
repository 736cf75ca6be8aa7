import Foundation

/// A blocking TCP connection to the server on the loopback interface.
struct Connection {
  let descriptor: Int32

  /// A failed request, as the table of losses shows it.
  enum Failure: Error, Hashable {
    case refused, connectFailed(Int32), reset, endBeforeResponse, truncated, timedOut, status(Int)
    /// The description by an external client.
    case other(String)

    /// Whether the connection ended before any part of the response. An idempotent request may then be sent
    /// again, if the connection had been used before (RFC 9110 §9.2.2).
    var isRetryable: Bool { self == .reset || self == .endBeforeResponse }
  }

  /// Connects to a port. Reads time out after 20 seconds. Throws ``Failure``.
  init(port: UInt16) throws(Failure) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result == -1 {
      let code = errno
      Glibc.close(descriptor)
      throw code == ECONNREFUSED ? .refused : .connectFailed(code)
    }
  }

  func close() { Glibc.close(descriptor) }

  /// Sends a GET request. Returns the body, and whether the server closes the connection after it. Throws
  /// ``Failure``.
  func get(_ path: String, close: Bool) throws(Failure) -> (body: String, closes: Bool) {
    let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(close ? "Connection: close\r\n" : "")\r\n"
    if send(descriptor, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == -1 { throw .reset }
    var received = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      if let response = Self.parse(received) {
        guard response.status == 200 else { throw .status(response.status) }
        return (response.body, response.closes)
      }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { throw received.isEmpty ? .endBeforeResponse : .truncated }
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN { throw .timedOut }
        throw received.isEmpty ? .reset : .truncated
      }
      received += buffer.prefix(count)
    }
  }

  /// Parses a response. Returns `nil` if it is not complete.
  private static func parse(_ bytes: [UInt8]) -> (status: Int, body: String, closes: Bool)? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
    guard let field = head.range(of: "content-length: ") else { return nil }
    let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
    guard bytes.count >= end.upperBound + length else { return nil }
    let status = Int(head.dropFirst(9).prefix(3)) ?? 0
    let body = String(decoding: bytes[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
    return (status, body, head.contains("connection: close"))
  }
}
