import Foundation
import Testing

extension EndToEnd {
  @Suite("a server over UDP")
  struct DatagramTests {
    @Test(
      "is handed over, and every datagram is answered, by one generation at a time",
      arguments: [
        [], ["#define FLAGS SOCK_NONBLOCK", "#define WAIT wait_with_poll()"],
        ["#define FLAGS SOCK_NONBLOCK", "#define WAIT wait_with_epoll()"],
      ])
    func nothingIsLost(code: [String]) throws {
      try withServer(fixture: "DatagramServer") { package in
        try package.save(header: package.header("one", code))
        let hotReload = try package.hotReload(["run", "--probation", "100ms"])
        try hotReload.await("generation 1 listens on 127.0.0.1:\(package.port)/udp")
        let client = try DatagramClient(port: package.port)
        for generation in 2...4 {
          // Until the new code answers, the old does; from then on only the new.
          let old = try client.ask()
          try package.save(header: package.header("number-\(generation)", code))
          var new = old
          while new == old { new = try client.ask() }
          #expect(new.greeting == "number-\(generation)")
          for _ in 1...100 { #expect(try client.ask() == new) }
          try hotReload.await("generation \(generation) is live after ")
        }
      }
    }
  }
}

/// Asks, and waits for the answer: none is lost on loopback.
private final class DatagramClient {
  private let descriptor: Int32

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: Int(timeout), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  deinit { close(descriptor) }

  func ask() throws -> Answer {
    var buffer = [UInt8](repeating: 0, count: 256)
    guard send(descriptor, "?", 1, 0) == 1 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    return try Answer(String(decoding: buffer.prefix(count), as: UTF8.self))
  }
}
