internal import CPosix
internal import Glibc

/// Two sockets that are connected with each other.
package struct SocketPair: ~Copyable {
  package enum Kind: Sendable {
    /// TCP on 127.0.0.1.
    case loopback
    /// `socketpair(2)`
    case unix
    /// As above, for a ``RecordSocket``.
    case records
  }

  /// Non-blocking.
  private let ours: Descriptor
  package let theirs: Descriptor

  /// Throws the errno of what the system refuses.
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
    ours = Descriptor(owning: ends[0])
    theirs = Descriptor(owning: ends[1])
  }

  /// Closes the other one.
  package consuming func takeOurs() -> Descriptor { ours }
}
