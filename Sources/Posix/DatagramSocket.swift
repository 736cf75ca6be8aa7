internal import CPosix
internal import Glibc

/// A Unix domain datagram socket with a path.
package struct DatagramSocket: ~Copyable {
  package let descriptor: Descriptor

  /// Binds it at `path`, which is removed first if it is there. Throws the errno with the path.
  package init(path: String) throws(SystemError) {
    let type = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let opened = Descriptor(owning: try check("socket") { socket(AF_UNIX, type, 0) })
    FileSystem.remove(path)
    try bindUnix(opened.number, at: path)
    descriptor = opened
  }

  /// The next datagram, cut after 8 KiB, and the descriptors that have come with it; `nil` when there is none.
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

/// A descriptor that several may hold, closed when nobody does any more.
package final class ReceivedDescriptor {
  package let descriptor: Descriptor

  /// Takes it over.
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Whether both are of one description, with the same offset and state (`kcmp(2)`).
  package func isSame(as other: ReceivedDescriptor) -> Bool {
    cposix_same_description(descriptor.number, other.descriptor.number) == 1
  }
}

/// Tells a service manager something, at its `$NOTIFY_SOCKET` (sd_notify(3)). Nothing happens where it does not listen.
package func notify(_ address: String, _ text: String) {
  var text = text
  text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) { _ = cposix_notify(address, $0.baseAddress, $0.count) }
  }
}
