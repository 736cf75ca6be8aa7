internal import CPosix
internal import Glibc

/// A stream socket that listens, as the kernel knows it: of TCP, or in the Unix domain.
package struct ListeningSocket: Hashable, Sendable {
  /// Names the socket, whoever has it open.
  package let inode: UInt64
  /// `127.0.0.1:8080`, `[::1]:8080`, `/run/app.sock` or `@name`.
  package let address: String
  /// Of TCP.
  package let port: Int?

  private init(_ listener: cposix_listener) {
    var port: CInt = 0
    inode = listener.inode
    address = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
      withUnsafePointer(to: listener.address) { cposix_address_text($0, text.baseAddress, &port) }
      return text.baseAddress.map { String(cString: $0) } ?? ""
    }
    self.port = port == 0 ? nil : Int(port)
  }

  /// Those in our network (sock_diag(7)); none where the kernel does not tell.
  package static var all: [ListeningSocket] {
    [AF_INET, AF_INET6, AF_UNIX].flatMap { family in
      [cposix_listener](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, cposix_listeners(family, buffer.baseAddress, buffer.count))
      }
    }.map(ListeningSocket.init)
  }

  /// The sockets that the process has open: their inodes, each with a descriptor.
  package static func open(in pid: CInt) -> [UInt64: CInt] {
    FileSystem.names(in: "/proc/\(pid)/fd").reduce(into: [:]) { found, number in
      let inode = FileSystem.linkTarget("/proc/\(pid)/fd/\(number)").flatMap(inode(ofTarget:))
      if let inode, let number = CInt(number) { found[inode] = number }
    }
  }

  /// The inode of the socket that this process has open with this number.
  package static func inode(of descriptor: CInt) -> UInt64? {
    FileSystem.linkTarget("/proc/self/fd/\(descriptor)").flatMap(inode(ofTarget:))
  }

  /// Of what a descriptor leads to: `socket:[4711]`.
  private static func inode(ofTarget target: String) -> UInt64? {
    target.hasPrefix("socket:[") ? UInt64(target.dropFirst(8).dropLast()) : nil
  }
}
