internal import Glibc
package import Posix

/// An address at which hotreload itself listens, before any server does: `127.0.0.1:8080`, `[::1]:8080` or
/// `/run/app.sock`. A name for `LISTEN_FDNAMES` may come before it, as in `http=127.0.0.1:8080`.
package struct ListenAddress: Equatable, Sendable {
  /// The family of the address, with its host and port or its path.
  private enum Place: Equatable, Sendable {
    case v4(String, UInt16)
    case v6(String, UInt16)
    case path(String)
  }

  /// The name of the socket in `LISTEN_FDNAMES`.
  package let name: String
  /// The address itself.
  private let place: Place
  /// Whether a socket at `[::]` takes no IPv4 connections (`IPV6_V6ONLY` of ipv6(7)).
  private var isIPv6Only = false

  /// Parses an address. `nil` if `text` is none. Host names are not accepted, because a server would have to
  /// bind the address that they have at that time.
  package init?(_ text: String) {
    let named = text.firstIndex(of: "=").map { (text[..<$0], text[text.index(after: $0)...]) }
    let address = named?.1 ?? text[...]
    name = named.map { String($0.0) } ?? "listen"
    if name.isEmpty || name.contains(where: { !$0.isASCII || $0 == ":" || $0 == "/" }) { return nil }
    if address.hasPrefix("/") {
      guard address.utf8.count < 108, !address.hasSuffix("/") else { return nil }  // unix(7)
      place = .path(String(address))
      return
    }
    guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...])
    else { return nil }
    let host = address[..<colon]
    var v4 = in_addr()
    var v6 = in6_addr()
    if port != 0, inet_pton(AF_INET, String(host), &v4) == 1 {
      place = .v4(String(host), port)
    } else if port != 0, host.hasPrefix("["), host.hasSuffix("]"),
      inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &v6) == 1
    {
      place = .v6(Self.canonical(v6), port)
    } else {
      return nil
    }
  }

  /// Returns addresses that can be bound together: if `0.0.0.0` is among them, `[::]` with the same port is
  /// for IPv6 only.
  package static func together(_ addresses: [ListenAddress]) -> [ListenAddress] {
    addresses.map { address in
      var address = address
      if case .v6("::", let port) = address.place {
        address.isIPv6Only = addresses.contains { $0.place == .v4("0.0.0.0", port) }
      }
      return address
    }
  }

  /// Makes a socket at `[::]` take no IPv4 connections. Does nothing for other addresses.
  mutating func makeIPv6Only() { if case .v6("::", _) = place { isIPv6Only = true } }

  /// Returns the address as inet_ntop(3) and the interposer write it.
  private static func canonical(_ address: in6_addr) -> String {
    var address = address
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      String(cString: inet_ntop(AF_INET6, &address, text.baseAddress, socklen_t(text.count)))
    }
  }

  /// The key by which the interposer names a socket that is bound to this address (`listener_key.c`).
  package var key: String {
    switch place {
    case .v4(let host, let port): "tcp4 \(host):\(port)"
    case .v6(let host, let port): "tcp6 [\(host)]:\(port)%0\(isIPv6Only ? " v6only" : "")"
    case .path(let path): "unix \(resolved(path).escapedForKey)"
    }
  }

  /// Returns the path with the links in its directory resolved. The last component may be a link.
  private func resolved(_ path: String) -> String {
    let directory = FileSystem.realPath(path.parentPath) ?? ""
    return "\(directory == "/" ? "" : directory)/\(path.split(separator: "/").last ?? "")"
  }

  /// The port, or `nil` for a path.
  package var port: Int? {
    switch place {
    case .v4(_, let port), .v6(_, let port): Int(port)
    case .path: nil
    }
  }

  /// The path of a Unix domain socket, or `nil` for an IP address.
  package var path: String? { if case .path(let path) = place { path } else { nil } }

  /// Binds a socket to the address and listens. Throws the errno of the call that failed.
  package func listen() throws(SystemError) -> Descriptor {
    let socket = try bound()
    let number = socket.number
    try check("listen") { Glibc.listen(number, 4096) }  // the kernel limits it to net.core.somaxconn
    return socket
  }

  /// Binds a socket to the address, and closes it again. Nobody can connect meanwhile. Throws the errno of bind(2). The
  /// path of a Unix domain socket is not bound, because that would leave a file.
  package func tryToBind() throws(SystemError) {
    if let path {
      if ListeningSocket.all.contains(where: { $0.address == path }) {
        throw SystemError("bind", code: EADDRINUSE)
      }
    } else {
      _ = try bound()
    }
  }

  private func bound() throws(SystemError) -> Descriptor {
    let socket = try makeSocket()
    let number = socket.number
    var on: CInt = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
    if isIPv6Only {
      setsockopt(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<CInt>.size))
    }
    if let path {
      removeAbandonedSocket(path)
      try bindUnix(number, at: path)
    } else {
      try check("bind") { withAddress { bind(number, $0, $1) } }
    }
    return socket
  }

  /// Connects to the address. A wildcard address means loopback. Throws the errno of connect(2).
  package func connect() throws(SystemError) -> Descriptor {
    let socket = try makeSocket()
    let number = socket.number
    if let path {
      try connectUnix(number, to: path)
    } else {
      try check("connect") { withAddress { Glibc.connect(number, $0, $1) } }
    }
    return socket
  }

  /// Creates a stream socket of the family (socket(2)).
  private func makeSocket() throws(SystemError) -> Descriptor {
    let family =
      switch place {
      case .v4: AF_INET
      case .v6: AF_INET6
      case .path: AF_UNIX
      }
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    return Descriptor(owning: try check("socket") { Glibc.socket(family, type, 0) })
  }

  /// Calls `body` with the socket address of an IP address, and returns its result.
  private func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    switch place {
    case .v4(let host, let port):
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      inet_pton(AF_INET, host, &address.sin_addr)
      return Self.with(&address, body)
    case .v6(let host, let port):
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      inet_pton(AF_INET6, host, &address.sin6_addr)
      return Self.with(&address, body)
    case .path: preconditionFailure("a path has no port")
    }
  }

  private static func with<Address>(
    _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
    }
  }

  /// Removes a socket in the file system at which no process listens, because its name could not be bound. A
  /// file that is no socket stays.
  private func removeAbandonedSocket(_ path: String) {
    guard FileSystem.isSocket(path) else { return }
    let socket = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(socket) }
    do throws(SystemError) { try connectUnix(socket, to: path) } catch {
      if error.code == ECONNREFUSED { FileSystem.remove(path) }
    }
  }
}

extension ListenAddress: CustomStringConvertible {
  package var description: String {
    switch place {
    case .v4(let host, let port): "\(host):\(port)"
    case .v6(let host, let port): "[\(host)]:\(port)"
    case .path(let path): path
    }
  }
}
