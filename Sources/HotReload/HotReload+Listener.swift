internal import Glibc

extension HotReload {
  /// A TCP socket that listens, for servers that take one: bound here, or, with socket activation, the one of
  /// `LISTEN_FDS` that is bound to this address. Hotreload hands it over as any other.
  ///
  /// The descriptor is the caller's to close; it is blocking, and closed by `exec`. Throws ``ListenerError``.
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

  /// The same for a Unix domain socket: a path, or `@` and an abstract name. A socket that an ended process has left at the
  /// path is removed.
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

  /// Whether nobody listens at a path that is a socket's.
  private static func isAbandoned(_ address: SocketAddress, _ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor != -1 else { return false }
    defer { close(descriptor) }
    return address.withPointer { connect(descriptor, $0, $1) } == -1 && errno == ECONNREFUSED
  }
}
