internal import Glibc

extension HotReload {
  /// Returns a listening TCP socket, for servers that take a descriptor. With socket activation, it is the
  /// socket of `LISTEN_FDS` that is bound to this address (`sd_listen_fds(3)`). Otherwise it is bound here
  /// with `SO_REUSEADDR`. hotreload hands it over like any other listener.
  ///
  /// The caller owns the descriptor, which is blocking and close-on-exec.
  ///
  /// Throws ``ListenerError``.
  public static func listener(host: String = "127.0.0.1", port: Int, backlog: Int = 256) throws(ListenerError)
    -> CInt
  {
    let address = try SocketAddress(host: host, port: port)
    if let activated = ActivatedSockets.take(address) { return activated }
    let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    return try listen(at: address, place, backlog) { descriptor in
      var yes: CInt = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    }
  }

  /// Returns a listening Unix domain socket as ``listener(host:port:backlog:)`` returns a TCP socket. `path`
  /// is a path, or `@` and an abstract name (`unix(7)`). A socket that a process has left at the path is
  /// removed if nobody listens there.
  ///
  /// Throws ``ListenerError``.
  public static func listener(path: String, backlog: Int = 256) throws(ListenerError) -> CInt {
    let address = try SocketAddress(path: path)
    if let activated = ActivatedSockets.take(address) { return activated }
    do throws(ListenerError) {
      return try listen(at: address, path, backlog)
    } catch  where error.code == EADDRINUSE && isAbandoned(address, path) {
      unlink(path)
      return try listen(at: address, path, backlog)
    }
  }

  /// Returns a new socket that listens at the address. `place` is the address in errors, and `prepare` is
  /// called before `bind(2)`.
  private static func listen(
    at address: SocketAddress, _ place: String, _ backlog: Int, prepare: (CInt) -> Void = { _ in }
  ) throws(ListenerError) -> CInt {
    let descriptor = socket(address.family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor != -1 else { throw ListenerError(call: "socket", address: place, code: errno) }
    prepare(descriptor)
    var call = "bind"
    if address.withPointer({ bind(descriptor, $0, $1) }) == 0 {
      call = "listen"
      if Glibc.listen(descriptor, CInt(clamping: backlog)) == 0 { return descriptor }
    }
    let code = errno
    close(descriptor)
    throw ListenerError(call: call, address: place, code: code)
  }

  /// Returns whether the path is a socket on which nobody listens.
  private static func isAbandoned(_ address: SocketAddress, _ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor != -1 else { return false }
    defer { close(descriptor) }
    return address.withPointer { connect(descriptor, $0, $1) } == -1 && errno == ECONNREFUSED
  }
}
