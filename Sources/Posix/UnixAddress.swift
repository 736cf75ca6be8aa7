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

/// Returns a listening Unix domain socket of this type (socket(2)) with a path, which must not exist. Throws the errno
/// with the path.
func listenUnix(at path: String, type: __socket_type) throws(SystemError) -> Descriptor {
  let type = CInt(type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
  let opened = Descriptor(owning: try check("socket") { socket(AF_UNIX, type, 0) })
  let number = opened.number
  try bindUnix(number, at: path)
  try check("listen", path) { listen(number, 64) }
  return opened
}

/// Accepts the next peer of the same user, and returns its descriptor, which the caller owns; `nil` if none waits. A
/// peer of another user is closed (`SO_PEERCRED`). Throws the errno of accept4(2), such as `EMFILE`.
func acceptOwn(_ listener: CInt) throws(SystemError) -> CInt? {
  while true {
    let number = cposix_accept(listener)
    if number == -1 {
      switch errno {
      case EAGAIN: return nil
      case EINTR, ECONNABORTED: continue
      case let code: throw SystemError("accept4", code: code)
      }
    }
    var user: uid_t = 0
    if cposix_peer_user(number, &user) == 0, user == geteuid() { return number }
    close(number)
  }
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
