internal import CPosix
internal import Glibc

extension FileSystem {
  /// What a regular file holds.
  package struct Content: Equatable, Sendable {
    /// Tells one content from another, guards nothing. 0: the file is empty.
    package let hash: UInt64
    /// Last change of status, in nanoseconds since 1970.
    package let changed: Int64
  }

  /// Reads a file for its hash. Throws also for one that is larger than `limit` bytes (EFBIG), and for one that can be
  /// written under another name: a link (ELOOP) or a file with several names (EMLINK).
  package static func content(_ path: String, limit: Int64) throws(SystemError) -> Content {
    var hash: UInt64 = 0
    var changed: Int64 = 0
    let code = cposix_hash(path, limit, &hash, &changed)
    guard code == 0 else { throw SystemError("read", path, code: code) }
    return Content(hash: hash, changed: changed)
  }
}
