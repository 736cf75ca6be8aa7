internal import CPosix
internal import Glibc

extension FileSystem {
  /// The content of a regular file, as a hash, and its time.
  package struct Content: Equatable, Sendable {
    /// The hash of the content, 0 for an empty file. It is not cryptographic.
    package let hash: UInt64
    /// The time of the last status change (`st_ctim`), in nanoseconds since 1970.
    package let changed: Int64
  }

  /// Hashes a file. Throws the errno with the path: `EFBIG` for a file of more than `limit` bytes, `ELOOP`
  /// for a link and `EMLINK` for a file with several names, because these can be written under another name.
  package static func content(_ path: String, limit: Int64) throws(SystemError) -> Content {
    var hash: UInt64 = 0
    var changed: Int64 = 0
    let code = cposix_hash(path, limit, &hash, &changed)
    guard code == 0 else { throw SystemError("read", path, code: code) }
    return Content(hash: hash, changed: changed)
  }
}
