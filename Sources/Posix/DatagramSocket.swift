internal import CPosix
internal import Glibc

/// A Unix domain datagram socket that is bound to a path (unix(7)).
package struct DatagramSocket: ~Copyable {
  /// The socket.
  package let descriptor: Descriptor

  /// Binds the socket at `path`, and removes an earlier file there. Throws the errno with the path.
  package init(path: String) throws(SystemError) {
    let type = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let opened = Descriptor(owning: try check("socket") { socket(AF_UNIX, type, 0) })
    FileSystem.remove(path)
    try bindUnix(opened.number, at: path)
    descriptor = opened
  }

  /// Receives the next datagram, cut after 8 KiB, with its descriptors (`SCM_RIGHTS`). Returns `nil` if there
  /// is none.
  package func receive() -> (text: String, descriptors: [ReceivedDescriptor])? {
    var bytes = [UInt8](repeating: 0, count: 8192)
    var numbers = [CInt](repeating: -1, count: 253)
    var count: CInt = 0
    let length = cposix_receive_datagram(descriptor.number, &bytes, bytes.count, &numbers, &count)
    if length < 0 { return nil }
    let descriptors = numbers.prefix(Int(count)).map { ReceivedDescriptor(Descriptor(owning: $0)) }
    return (String(decoding: bytes.prefix(length), as: UTF8.self), descriptors)
  }
}

/// A descriptor with shared ownership. It is closed when its last holder releases it.
package final class ReceivedDescriptor {
  /// The descriptor.
  package let descriptor: Descriptor

  /// Takes over the descriptor.
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Returns whether both refer to the same open file description, with its offset and flags (kcmp(2)).
  package func isSame(as other: ReceivedDescriptor) -> Bool {
    cposix_same_description(descriptor.number, other.descriptor.number) == 1
  }
}

/// Sends `text` to the service manager that listens at `address`, the value of `$NOTIFY_SOCKET`
/// (sd_notify(3)). Errors are ignored.
package func notify(_ address: String, _ text: String) {
  var text = text
  text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) { _ = cposix_notify(address, $0.baseAddress, $0.count) }
  }
}
