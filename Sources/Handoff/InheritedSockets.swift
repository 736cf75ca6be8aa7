internal import Glibc
internal import Posix

/// The descriptors that this process was started with by a service manager, `systemfd` or another hotreload
/// (sd_listen_fds(3)).
package struct InheritedSockets {
  /// The number of the first descriptor (`SD_LISTEN_FDS_START`).
  private static let first: CInt = 3
  /// The environment variables that describe the descriptors.
  package static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

  /// The descriptors with their names, in their order.
  package let all: [(name: String, descriptor: CInt)]

  /// No descriptors.
  package static let none = InheritedSockets(all: [])

  /// The descriptors of this process. Without `LISTEN_PID`, as with `systemfd --no-pid`, all of them must be
  /// sockets.
  package static var ofThisProcess: InheritedSockets {
    let pid = CurrentProcess.variable("LISTEN_PID")
    guard let count = CurrentProcess.variable("LISTEN_FDS").flatMap({ CInt($0) }), (1...512).contains(count),
      pid == nil || pid == "\(CurrentProcess.identifier)"
    else { return .none }
    let numbers = first..<first + count
    guard numbers.allSatisfy({ pid == nil ? isSocket($0) : fcntl($0, F_GETFD) != -1 }) else { return .none }
    let names = CurrentProcess.variable("LISTEN_FDNAMES")?.split(
      separator: ":", omittingEmptySubsequences: false)
    return InheritedSockets(
      all: numbers.map { number in
        let index = Int(number - first)
        let name = names.flatMap { index < $0.count ? String($0[index]) : nil } ?? ""
        return (name.isEmpty ? "unknown" : name, number)
      })
  }

  /// Takes the descriptors for this process alone. They are closed on execve(2), and the variables are
  /// removed from the environment.
  package static func take() -> InheritedSockets {
    let found = ofThisProcess
    for (_, number) in found.all { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    for name in variables { unsetenv(name) }
    return found
  }

  /// Returns whether a descriptor is a socket.
  private static func isSocket(_ number: CInt) -> Bool {
    var type: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &size) == 0
  }
}

extension ListenAddress {
  /// Reads the address of a listening stream socket (getsockname(2)). `nil` if `number` is no such socket, or
  /// has neither an IP address nor a path.
  init?(listening number: CInt, name: String) {
    var (listens, only) = (CInt(0), CInt(0))
    var size = socklen_t(MemoryLayout<CInt>.size)
    guard getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens != 0 else {
      return nil
    }
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let text = withUnsafeMutablePointer(to: &storage) { storage -> String? in
      let raw = UnsafeMutableRawPointer(storage)
      guard getsockname(number, raw.assumingMemoryBound(to: sockaddr.self), &length) == 0 else { return nil }
      switch CInt(storage.pointee.ss_family) {
      case AF_INET:
        var address = raw.load(as: sockaddr_in.self)
        return Self.text(AF_INET, &address.sin_addr).map { "\($0):\(UInt16(bigEndian: address.sin_port))" }
      case AF_INET6:
        var address = raw.load(as: sockaddr_in6.self)
        return Self.text(AF_INET6, &address.sin6_addr).map {
          "[\($0)]:\(UInt16(bigEndian: address.sin6_port))"
        }
      case AF_UNIX:
        let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let bytes = UnsafeRawBufferPointer(start: raw + start, count: max(0, Int(length) - start))
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      default: return nil
      }
    }
    guard let text else { return nil }
    self.init("\(name.filter { $0.isASCII && $0 != "=" && $0 != "/" })=\(text)")
    getsockopt(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &only, &size)
    if only != 0 { makeIPv6Only() }
  }

  /// Returns an IP address as inet_ntop(3) writes it.
  private static func text(_ family: CInt, _ address: UnsafeRawPointer) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      inet_ntop(family, address, text.baseAddress, socklen_t(text.count)).map { String(cString: $0) }
    }
  }
}
