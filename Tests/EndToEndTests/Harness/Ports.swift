import Foundation

/// TCP ports on loopback.
enum Ports {
  /// A port on which nobody listens, outside the range from which the kernel takes those of clients.
  static func free() -> UInt16 {
    while true {
      let port = UInt16.random(in: 15_000..<30_000)
      if let listener = try? Listener(port: port) {
        listener.close()
        return port
      }
    }
  }

  /// The inode of the socket that listens on the port (`/proc/net/tcp`, `/proc/net/tcp6`), or nil.
  static func inode(of port: UInt16, six: Bool = false) throws -> Int? {
    try inodes(of: port, six: six).first
  }

  /// The inodes of all sockets that listen on the port: several with `SO_REUSEPORT`.
  static func inodes(of port: UInt16, six: Bool = false) throws -> [Int] {
    let table = try String(contentsOfFile: six ? "/proc/net/tcp6" : "/proc/net/tcp", encoding: .utf8)
    return table.split(separator: "\n").dropFirst().compactMap { row in
      let columns = row.split(separator: " ")
      let isListening = columns[3] == "0A"
      return isListening && columns[1].hasSuffix(":" + String(format: "%04X", port)) ? Int(columns[9]) : nil
    }.sorted()
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
