internal import Glibc

/// A stream socket that listens, as the kernel lists it (proc(5)): of TCP, or in the Unix domain.
package struct ListeningSocket: Hashable, Sendable {
  /// Names the socket, whoever has it open.
  package let inode: UInt64
  /// `127.0.0.1:8080`, `[::1]:8080`, `/run/app.sock` or `@name`.
  package let address: String
  /// Of TCP.
  package let port: Int?

  /// Those in the network of the process.
  package static func all(in pid: CInt) -> [ListeningSocket] {
    let table = { (name: String) in
      String(decoding: (try? FileSystem.read("/proc/\(pid)/net/\(name)")) ?? [], as: UTF8.self)
    }
    return tcp(table("tcp")) + tcp(table("tcp6")) + unix(table("unix"))
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

  /// Reads `/proc/net/tcp` or `/proc/net/tcp6`.
  package static func tcp(_ table: String) -> [ListeningSocket] {
    table.split(separator: "\n").dropFirst().compactMap { row in
      let columns = row.split(separator: " ")
      guard columns.count > 9, columns[3] == "0A",  // TCP_LISTEN
        let colon = columns[1].lastIndex(of: ":"), let host = host(columns[1][..<colon]),
        let port = Int(columns[1][columns[1].index(after: colon)...], radix: 16),
        let inode = UInt64(columns[9])
      else { return nil }
      return ListeningSocket(inode: inode, address: "\(host):\(port)", port: port)
    }
  }

  /// Reads `/proc/net/unix`: the fourth column has `__SO_ACCEPTCON`, the fifth `SOCK_STREAM`.
  package static func unix(_ table: String) -> [ListeningSocket] {
    table.split(separator: "\n").dropFirst().compactMap { row in
      let columns = row.split(separator: " ", maxSplits: 7)
      guard columns.count == 8, let flags = UInt32(columns[3], radix: 16), flags & 0x10000 != 0,
        columns[4] == "0001", let inode = UInt64(columns[6])
      else { return nil }
      return ListeningSocket(inode: inode, address: String(columns[7]), port: nil)
    }
  }

  /// An address in the kernel's words of four bytes, each in the byte order of the machine, as inet_ntop(3) writes it.
  private static func host(_ text: Substring) -> String? {
    let words = stride(from: 0, to: text.utf8.count, by: 8).map {
      UInt32(text.dropFirst($0).prefix(8), radix: 16) ?? 0
    }
    guard words.count == 1 || words.count == 4 else { return nil }
    let host = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      String(
        cString: inet_ntop(
          words.count == 1 ? AF_INET : AF_INET6, words, text.baseAddress, socklen_t(text.count)))
    }
    return words.count == 1 ? host : "[\(host)]"
  }
}
