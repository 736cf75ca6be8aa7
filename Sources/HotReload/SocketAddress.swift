internal import Glibc

/// The address of a socket, as a `sockaddr` of its family.
struct SocketAddress: Equatable {
  private let bytes: [UInt8]

  /// The address family, such as `AF_INET`.
  var family: CInt { CInt(withPointer { address, _ in address.pointee.sa_family }) }

  /// Creates the address of a Unix domain socket: a path, or `@` and an abstract name (`unix(7)`). Throws
  /// ``ListenerError``.
  init(path: String) throws(ListenerError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    let isAbstract = name.first == UInt8(ascii: "@")
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard !name.isEmpty, name.count < room, !name.contains(0) else {
      throw ListenerError(call: "bind", address: path, code: name.count < room ? EINVAL : ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { field in
      field.copyBytes(from: name)
      if isAbstract { field[0] = 0 }
    }
    let length = MemoryLayout<sa_family_t>.size + name.count + (isAbstract ? 0 : 1)
    bytes = withUnsafeBytes(of: &address) { Array($0.prefix(length)) }
  }

  /// Creates a TCP address: the first one of the host (`getaddrinfo(3)`). Throws ``ListenerError``.
  init(host: String, port: Int) throws(ListenerError) {
    let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    guard (0...65535).contains(port) else { throw ListenerError(call: "bind", address: place, code: EINVAL) }
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    defer { if found != nil { freeaddrinfo(found) } }
    guard code == 0, let first = found?.pointee, let address = first.ai_addr else {
      throw ListenerError(
        call: "getaddrinfo", address: place, code: code == EAI_SYSTEM ? errno : EADDRNOTAVAIL)
    }
    bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(first.ai_addrlen)))
  }

  /// Creates the address that a socket is bound to (`getsockname(2)`). `nil` if the descriptor is no socket.
  init?(of descriptor: CInt) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard result == 0 else { return nil }
    bytes = withUnsafeBytes(of: &storage) { Array($0.prefix(Int(length))) }
  }

  /// Calls `body` with the address in the form that system calls take.
  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(bytes.count)) }
    }
  }
}
