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

  /// The next datagram, cut after 8 KiB; nil when there is none. Descriptors that come with it are not taken.
  package func receive() -> String? {
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = recv(descriptor.number, &bytes, bytes.count, 0)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
