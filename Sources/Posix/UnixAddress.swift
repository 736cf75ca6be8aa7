internal import CPosix
internal import Glibc

/// Binds a Unix domain socket at `path` (bind(2), unix(7)). Throws the errno with the path.
package func bindUnix(_ socket: CInt, at path: String) throws(SystemError) {
  try check("bind", path) { withUnixAddress(path) { bind(socket, $0, $1) } }
}

/// Connects a Unix domain socket to the one at `path` (connect(2), unix(7)). Throws the errno with the path.
package func connectUnix(_ socket: CInt, to path: String) throws(SystemError) {
  try check("connect", path) { withUnixAddress(path) { connect(socket, $0, $1) } }
}

/// Calls `body` with the address of `path` and returns its result. Returns -1 with `ENAMETOOLONG` if the path
/// is too long.
private func withUnixAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
  var address = sockaddr_un()
  let code = cposix_unix_address(path, &address)
  if code != 0 {
    errno = code
    return -1
  }
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
