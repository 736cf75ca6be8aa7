internal import CPosix
internal import Glibc

/// A listening stream socket as the kernel reports it, of TCP or of the Unix domain.
package struct ListeningSocket: Hashable, Sendable {
  /// The inode of the socket, which is the same in every process that has it open (socket(7)).
  package let inode: UInt64
  /// The address: `127.0.0.1:8080`, `[::1]:8080`, `/run/app.sock` or `@name`.
  package let address: String
  /// The TCP port, or `nil` for a Unix domain socket.
  package let port: Int?

  private init(_ listener: cposix_listener) {
    inode = listener.inode
    (address, port) = addressText(listener.address)
  }

  /// The listening sockets in this network namespace (sock_diag(7)). Empty if the kernel does not list them.
  package static var all: [ListeningSocket] {
    [AF_INET, AF_INET6, AF_UNIX].flatMap { family in
      [cposix_listener](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, cposix_listeners(family, buffer.baseAddress, buffer.count))
      }
    }.map(ListeningSocket.init)
  }

  /// Returns the sockets that a process has open: their inodes, each with the number of a descriptor.
  package static func open(in pid: CInt) -> [UInt64: CInt] {
    FileSystem.names(in: "/proc/\(pid)/fd").reduce(into: [:]) { found, number in
      let inode = FileSystem.linkTarget("/proc/\(pid)/fd/\(number)").flatMap(inode(ofTarget:))
      if let inode, let number = CInt(number) { found[inode] = number }
    }
  }

  /// Returns the inode of a socket that this process has open, or `nil` if `descriptor` is no socket.
  package static func inode(of descriptor: CInt) -> UInt64? {
    FileSystem.linkTarget("/proc/self/fd/\(descriptor)").flatMap(inode(ofTarget:))
  }

  /// Returns the inode from the target of a link in `/proc/<pid>/fd`, such as `socket:[4711]`.
  private static func inode(ofTarget target: String) -> UInt64? {
    target.hasPrefix("socket:[") ? UInt64(target.dropFirst(8).dropLast()) : nil
  }
}

/// Returns an address as text, and its port if that is not 0 and the address is none of the Unix domain.
func addressText(_ address: sockaddr_storage) -> (text: String, port: Int?) {
  var port: CInt = 0
  let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
    withUnsafePointer(to: address) { cposix_address_text($0, text.baseAddress, &port) }
    return text.baseAddress.map { String(cString: $0) } ?? ""
  }
  return (text, port == 0 ? nil : Int(port))
}
