internal import CPosix
internal import Glibc

/// A listening stream socket with a path, to which processes of the same user may connect (unix(7)).
package struct StreamListener: ~Copyable {
  /// The listening socket.
  package let descriptor: Descriptor

  /// Binds and listens at `path`, which must not exist. Throws the errno with the path.
  package init(path: String) throws(SystemError) {
    descriptor = try listenUnix(at: path, type: SOCK_STREAM)
  }

  /// Accepts the next peer, or returns `nil` if none waits. A peer of another user is closed (`SO_PEERCRED`).
  ///
  /// Throws the errno of accept4(2), such as `EMFILE`. The peer then still waits, so the listener stays readable.
  package func accept() throws(SystemError) -> Descriptor? {
    guard let number = try acceptOwn(descriptor.number) else { return nil }
    return Descriptor(owning: number)
  }
}

/// Accepts the next connection of a non-blocking listener, and returns its descriptor, which is non-blocking and which the
/// caller owns; `nil` if none waits, or upon an error (accept4(2)).
package func acceptConnection(_ listener: CInt) -> CInt? {
  let number = cposix_accept(listener)
  return number == -1 ? nil : number
}

/// Connects to the ``StreamListener`` at `path`, and returns the socket, which blocks. Throws the errno with the path:
/// `ECONNREFUSED` if nobody listens there any more.
package func connectStream(to path: String) throws(SystemError) -> Descriptor {
  let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  let opened = Descriptor(owning: try check("socket") { socket(AF_UNIX, type, 0) })
  try connectUnix(opened.number, to: path)
  return opened
}
