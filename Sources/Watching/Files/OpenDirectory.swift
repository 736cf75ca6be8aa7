internal import CPosix
internal import Glibc

/// An open directory with one owner. It is closed when it goes out of scope.
struct OpenDirectory: ~Copyable {
  /// The type of an entry.
  enum Kind { case file, directory, link }

  /// The errors of a directory that must not be read or whose file system does not answer.
  static let unreadable: Set = [EACCES, ENOTCONN, ESTALE, EIO, EHOSTDOWN, ETIMEDOUT]

  /// The number of the descriptor.
  let number: Int32

  /// Opens a directory (open(2)). `nil` if it does not exist, must not be read, or its file system does not
  /// answer. Throws ``WatchError`` for another error.
  ///
  /// - Parameter isReadable: Whether its entries will be read. Without this the directory can only be looked
  ///   at (O_PATH).
  init?(_ path: String, isReadable: Bool = true, followsLinks: Bool) throws(WatchError) {
    let pathOnly: Int32 = 0o10_000_000  // O_PATH, a macro of _GNU_SOURCE
    number = open(
      path, (isReadable ? O_RDONLY : pathOnly) | O_DIRECTORY | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW))
    if number >= 0 { return }
    if [ENOENT, ENOTDIR, ELOOP].contains(errno) || Self.unreadable.contains(errno) { return nil }
    throw .failed(call: "open", path: path, errno: errno)
  }

  deinit {
    if number >= 0 { close(number) }
  }

  /// The stamp of the directory, which changes when an entry comes or goes (fstat(2)).
  var stamp: FileStamp {
    let moment = FileTime.now
    var status = stat()
    return fstat(number, &status) == 0 ? FileStamp(status, at: moment) : .none
  }

  /// Calls `body` with the name and type of each entry that is a regular file, a directory or a link
  /// (getdents64(2)).
  ///
  /// The name is followed by a zero and is valid only during the call. Names that are not UTF-8 are skipped:
  /// no source has one, and a `String` could not be converted back to it.
  func forEach(
    _ buffer: UnsafeMutableRawBufferPointer, _ body: (UnsafeBufferPointer<UInt8>, Kind) -> Void
  ) {
    guard let entries = buffer.baseAddress else { return }
    while true {
      let count = cposix_entries(number, entries, buffer.count)
      if count <= 0 { return }
      var offset = 0
      while offset < count {
        // A struct linux_dirent64 has the inode and the offset (8 bytes each), the length (2), the type (1)
        // and the name.
        let length = Int(buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
        let type = Int(buffer[offset + 18])
        let start = UnsafeRawPointer(entries + offset + 19).assumingMemoryBound(to: UInt8.self)
        offset += length
        let name = UnsafeBufferPointer(
          start: start, count: strlen(UnsafePointer<CChar>(OpaquePointer(start))))
        if name.count < 3, name.allSatisfy({ $0 == UInt8(ascii: ".") }) { continue }
        if name.contains(where: { $0 >= 0x80 }),
          name.count > 255 || String(validating: name, as: UTF8.self) == nil
        {
          continue
        }
        if let kind = kind(type, name) { body(name, kind) }
      }
    }
  }

  /// Returns the type of an entry. Some file systems do not report it with the name (DT_UNKNOWN), so
  /// fstatat(2) is needed.
  private func kind(_ type: Int, _ name: UnsafeBufferPointer<UInt8>) -> Kind? {
    switch type {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .directory
    case Int(DT_LNK): return .link
    case Int(DT_UNKNOWN):
      var status = stat()
      guard fstatat(number, name.cString, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
      return switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: nil
      }
    default: return nil
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The bytes as a C string. They must be followed by a zero.
  var cString: UnsafePointer<CChar> {
    guard let baseAddress else { preconditionFailure("a name without a byte") }
    return UnsafePointer(OpaquePointer(baseAddress))
  }
}
