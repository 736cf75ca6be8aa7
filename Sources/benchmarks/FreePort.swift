import Foundation
import Posix

/// Returns a TCP port of 127.0.0.1 that is free at the moment: bind(2) to port 0, getsockname(2), close(2).
func freePort() throws(SystemError) -> UInt16 {
  let number = try check("socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
  defer { close(number) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let code = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(number, $0, size) == 0 && getsockname(number, $0, &size) == 0 ? 0 : errno
    }
  }
  if code != 0 { throw SystemError("bind", "127.0.0.1:0", code: code) }
  return UInt16(bigEndian: address.sin_port)
}
