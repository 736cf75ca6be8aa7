internal import CPosix
internal import Glibc

/// Two stream or record sockets that are connected to each other.
package struct SocketPair: ~Copyable {
  /// The type of the sockets.
  package enum Kind: Sendable {
    /// TCP on 127.0.0.1.
    case loopback
    /// `SOCK_STREAM` of socketpair(2).
    case unix
    /// `SOCK_SEQPACKET` of socketpair(2), for a ``RecordSocket``.
    case records
  }

  /// The end of this process, which is non-blocking.
  private let local: Descriptor
  /// The end for another process.
  package let remote: Descriptor

  /// Creates the pair. Throws the errno of socketpair(2) or connect(2).
  package init(_ kind: Kind) throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    switch kind {
    case .loopback:
      let code = cposix_tcp_pair(&ends)
      if code != 0 { throw SystemError("connect", code: code) }
    case .unix, .records:
      let kind = kind == .unix ? SOCK_STREAM : SOCK_SEQPACKET
      let type = CInt(kind.rawValue | SOCK_CLOEXEC.rawValue)
      try check("socketpair") { socketpair(AF_UNIX, type, 0, &ends) }
      _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    }
    local = Descriptor(owning: ends[0])
    remote = Descriptor(owning: ends[1])
  }

  /// Returns the end of this process and closes the other one.
  package consuming func takeLocal() -> Descriptor { local }
}
