import Foundation
import Synchronization

/// TCP ports on loopback.
enum Ports {
  private static let range: Range<UInt16> = 15_000..<30_000
  private static let next = Mutex(UInt16.random(in: range))

  /// Returns a port on which no process listens and which no other test gets. It is outside the range of the
  /// kernel's ephemeral ports.
  static func free() -> UInt16 {
    while true {
      let port = next.withLock { next in
        next = next + 1 < range.upperBound ? next + 1 : range.lowerBound
        return next
      }
      if let listener = try? Listener(port: port) {
        listener.close()
        return port
      }
    }
  }

  /// Returns the inode of the socket that listens on the port (`/proc/net/tcp`, `/proc/net/tcp6`); `nil` if
  /// there is none.
  static func inode(of port: UInt16, six: Bool = false) throws -> Int? {
    try inodes(of: port, six: six).first
  }

  /// Returns the inodes of all sockets that listen on the port. There are several with `SO_REUSEPORT`.
  static func inodes(of port: UInt16, six: Bool = false) throws -> [Int] {
    try listeners(of: port, six: six).compactMap { Int($0[9]) }.sorted()
  }

  /// Returns the number of connections that wait to be accepted from the port.
  static func queue(of port: UInt16) throws -> Int {
    try listeners(of: port).compactMap { Int($0[4].suffix(8), radix: 16) }.reduce(0, +)
  }

  /// Returns the columns of the kernel's table for the listeners of the port.
  private static func listeners(of port: UInt16, six: Bool = false) throws -> [[Substring]] {
    let table = try String(contentsOfFile: six ? "/proc/net/tcp6" : "/proc/net/tcp", encoding: .utf8)
    let suffix = ":" + String(format: "%04X", port)
    return table.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }.filter {
      $0[3] == "0A" && $0[1].hasSuffix(suffix)
    }
  }

  /// A socket of the tests that listens on a port.
  struct Listener {
    let descriptor: Int32

    init(port: UInt16) throws {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var yes: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard result == 0, listen(descriptor, 16) == 0 else {
        let code = errno
        close()
        throw POSIXError(.init(rawValue: code) ?? .EADDRINUSE)
      }
    }

    func close() { Foundation.close(descriptor) }
  }
}
