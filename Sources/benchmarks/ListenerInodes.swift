import Foundation
import Posix

/// Returns the inodes of the listening sockets on a port (`/proc/net/tcp`). It is always the same one if the
/// listener is handed over.
func listenerInodes(port: UInt16) -> Set<String> {
  listenerInodes(port: port, peer: "00000000", in: "/proc/net/tcp").union(
    listenerInodes(port: port, peer: String(repeating: "0", count: 32), in: "/proc/net/tcp6"))
}

/// Returns the inodes of the listening sockets in a table of proc(5). `peer` is the peer's address in that
/// table.
private func listenerInodes(port: UInt16, peer: String, in path: String) -> Set<String> {
  let listening = Data("\(String(format: ":%04X", port)) \(peer):0000 0A".utf8)
  let table = (try? FileSystem.read(path)).map { Data($0) } ?? Data()
  var inodes: Set<String> = []
  var rest = table[...]
  while let found = rest.range(of: listening) {
    rest = rest[found.upperBound...]
    let columns = rest.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
    if columns.count > 5 { inodes.insert(String(decoding: columns[5], as: UTF8.self)) }
  }
  return inodes
}
