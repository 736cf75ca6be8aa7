import Glibc
import Posix
import Testing

/// A listening socket of this process at a port of 127.0.0.1 that the kernel chooses.
final class Listener {
  private(set) var descriptor: Descriptor
  let socket: ListeningSocket

  init() throws {
    let number = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    descriptor = Descriptor(owning: number)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(bound == 0 && listen(number, 8) == 0)
    let inode = ListeningSocket.inode(of: number)
    socket = try #require(ListeningSocket.all.first { $0.inode == inode })
  }

  /// Closes the socket here. Another process may still have it.
  func close() {
    if let nothing = try? Descriptor.open("/dev/null", O_RDONLY) { descriptor = nothing }
  }

  var port: Int { socket.port ?? 0 }

  /// Connects to a port of 127.0.0.1. Returns whether somebody listens there.
  static func connects(to port: Int) -> Bool {
    let client = Descriptor(
      owning: Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    let number = client.number
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return result == 0
  }
}
