internal import CPosix
internal import Glibc

/// A connected Unix domain socket that preserves record boundaries (`SOCK_SEQPACKET`, unix(7)). A message is
/// one record with at most one descriptor.
package struct RecordSocket: ~Copyable {
  /// The socket.
  package let descriptor: Descriptor

  /// The maximum length of a record that is received, in bytes.
  package static let recordLimit = 512

  /// Takes over a connected socket.
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Returns a second descriptor of the same socket. Throws the errno of fcntl(2).
  package func duplicate() throws(SystemError) -> RecordSocket {
    RecordSocket(try Descriptor.duplicate(of: descriptor.number))
  }

  /// Sends one record, with a copy of `shared` unless that is -1 (`SCM_RIGHTS`). Throws the errno of
  /// sendmsg(2).
  package func send(_ text: String, descriptor shared: CInt = -1) throws(SystemError) {
    var text = text
    let code = text.withUTF8 { cposix_send(descriptor.number, $0.baseAddress, $0.count, shared) }
    if code != 0 { throw SystemError("sendmsg", code: code) }
  }

  /// The result of ``receive()``.
  package enum Received: ~Copyable {
    case record(String, Descriptor?)
    /// No record is there now.
    case nothing
    /// The peer has closed the connection.
    case end
  }

  /// Receives one record without waiting. Throws the errno of recvmsg(2), or `EMSGSIZE` for a record that is
  /// too long or has too many descriptors.
  package func receive() throws(SystemError) -> Received {
    var bytes = [UInt8](repeating: 0, count: Self.recordLimit)
    var shared: CInt = -1
    var count = cposix_receive(descriptor.number, &bytes, bytes.count, &shared)
    // A peer that closed with unread data: the kernel reports ECONNRESET once, and then delivers the peer's
    // last records.
    if count == -1, errno == ECONNRESET {
      count = cposix_receive(descriptor.number, &bytes, bytes.count, &shared)
    }
    if count == -1 {
      switch errno {
      case EAGAIN: return .nothing
      case let code: throw SystemError("recvmsg", code: code)
      }
    }
    if count == 0 { return .end }
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    if shared == -1 { return .record(text, nil) }
    return .record(text, Descriptor(owning: shared))
  }
}

/// A listening `SOCK_SEQPACKET` socket with a path, to which processes of the same user may connect
/// (unix(7)).
package struct RecordListener: ~Copyable {
  /// The listening socket.
  package let descriptor: Descriptor

  /// Binds and listens at `path`, which must not exist. Throws the errno with the path.
  package init(path: String) throws(SystemError) {
    descriptor = try listenUnix(at: path, type: SOCK_SEQPACKET)
  }

  /// Accepts the next peer, or returns `nil` if none waits. A peer of another user is closed (`SO_PEERCRED`).
  ///
  /// Throws the errno of accept4(2), such as `EMFILE`. The peer then still waits, so the listener stays
  /// readable.
  package func accept() throws(SystemError) -> RecordSocket? {
    guard let number = try acceptOwn(descriptor.number) else { return nil }
    return RecordSocket(Descriptor(owning: number))
  }
}
