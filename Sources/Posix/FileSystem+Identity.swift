internal import CPosix
internal import Glibc

extension FileSystem {
  /// The device, inode, size and modification time of a file, which tell one state of it from another.
  package struct Identity: Hashable, Sendable {
    /// The device (`st_dev`).
    package let device: UInt64
    /// The inode (`st_ino`).
    package let inode: UInt64
    /// The size in bytes.
    package let size: Int64
    /// The time of the last modification (`st_mtim`), in nanoseconds since 1970.
    package let modified: Int64

    /// Creates an identity from its parts.
    package init(device: UInt64, inode: UInt64, size: Int64, modified: Int64) {
      self.device = device
      self.inode = inode
      self.size = size
      self.modified = modified
    }

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      modified = FileSystem.nanoseconds(status.st_mtim)
    }
  }

  /// Returns the identity of a file (stat(2)), or `nil` if there is none.
  package static func identity(_ path: String) -> Identity? {
    var status = stat()
    return stat(path, &status) == 0 ? Identity(status) : nil
  }

  /// Returns the identity of a symbolic link itself (lstat(2)), or `nil` if `path` is no link.
  package static func identity(ofLink path: String) -> Identity? {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK ? Identity(status) : nil
  }

  /// Returns the time in nanoseconds since 1970. Wraps around for times after the year 2262, which a file may
  /// have.
  static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
