import Foundation

/// A small HTTP/1.1 server without packages, with a thread for each connection. It contains no code for
/// hotreload.
@main
struct HelloServer {
  static func main() throws {
    signal(SIGPIPE, SIG_IGN)
    let port = ProcessInfo.processInfo.environment["PORT"].flatMap(UInt16.init) ?? 8080
    let listener = try listen(onLoopbackPort: port)
    print("hello-server: http://127.0.0.1:\(port)/")
    while true {
      let connection = accept(listener, nil, nil)
      if connection == -1 { continue }
      Thread.detachNewThread {
        serve(connection)
        close(connection)
      }
    }
  }

  /// Returns a socket that listens on 127.0.0.1. Throws `POSIXError`.
  static func listen(onLoopbackPort port: UInt16) throws -> Int32 {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0, Glibc.listen(listener, 128) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL)
    }
    return listener
  }

  /// Answers the requests on one connection until the client closes it or asks to close it.
  static func serve(_ connection: Int32) {
    var received: [UInt8] = []
    while let request = nextRequest(connection, &received) {
      let closes = request.contains("connection: close")
      let body = "\(greeting)\n"
      let response = """
        HTTP/1.1 200 OK\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: \(body.utf8.count)\r
        Connection: \(closes ? "close" : "keep-alive")\r
        \r
        \(body)
        """
      if write(connection, response, response.utf8.count) == -1 || closes { return }
    }
  }

  /// Returns the head of the next request in lower case. `nil` at the end. A request with a body is not
  /// supported.
  static func nextRequest(_ connection: Int32, _ received: inout [UInt8]) -> String? {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = received.firstRange(of: end) {
        defer { received.removeSubrange(..<range.upperBound) }
        return String(decoding: received[..<range.lowerBound], as: UTF8.self).lowercased()
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(connection, &buffer, buffer.count)
      if count <= 0 || received.count > 65_536 { return nil }
      received += buffer.prefix(count)
    }
  }
}
