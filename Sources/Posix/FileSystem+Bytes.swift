internal import CPosix
internal import Glibc

// The bytes of files.
extension FileSystem {
  /// Reads a whole file. Throws the errno with the path.
  package static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.open(path, O_RDONLY)
    var bytes: [UInt8] = []
    while let part = try file.read(), !part.isEmpty { bytes += part }
    return bytes
  }

  /// Replaces the content of a file. A new file has mode 0600. Throws the errno with the path.
  package static func write(_ text: String, to path: String) throws(SystemError) {
    try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC).write(text)
  }

  /// Copies a file and its permissions to `target`, which must not exist (copy_file_range(2)). Throws the
  /// errno with the path.
  package static func copy(_ path: String, to target: String) throws(SystemError) {
    let source = try Descriptor.open(path, O_RDONLY)
    var status = stat()
    fstat(source.number, &status)
    let copy = try Descriptor.open(target, O_WRONLY | O_CREAT | O_EXCL, mode: UInt32(status.st_mode & 0o777))
    let (from, to) = (source.number, copy.number)
    while try check("copy_file_range", target, { cposix_copy(from, to) }) > 0 { continue }
  }

  /// Returns whether two files can be read and have the same bytes.
  package static func haveSameContent(_ path: String, _ other: String) -> Bool {
    guard let first = try? Descriptor.open(path, O_RDONLY), let second = try? Descriptor.open(other, O_RDONLY)
    else {
      return false
    }
    return cposix_same_content(first.number, second.number) == 1
  }
}
