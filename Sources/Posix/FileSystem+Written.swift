internal import CPosix
internal import Glibc

extension FileSystem {
  /// The device and inode of a file, which identify it under any name (inode(7)).
  package struct FileNumber: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// Creates a number from its parts.
    package init(device: UInt64, inode: UInt64) { (self.device, self.inode) = (device, inode) }

    /// Reads the number (stat(2)). `nil` if there is no regular file, or a file that has no name any more,
    /// because its inode may be reused soon.
    package init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 0 else {
        return nil
      }
      (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
  }

  /// Returns the files that a process has open for writing, as far as `/proc/<pid>/fd` is readable.
  package static func filesOpenToWrite(by pid: CInt) -> [FileNumber] {
    names(in: "/proc/\(pid)/fd").compactMap { descriptor in
      guard let file = FileNumber("/proc/\(pid)/fd/\(descriptor)"), let flags = flags(of: descriptor, in: pid)
      else { return nil }
      return flags & O_ACCMODE == O_RDONLY ? nil : file
    }
  }

  /// Returns whether a process has this descriptor open without `O_CLOEXEC`.
  package static func isInheritable(_ descriptor: CInt, of pid: CInt) -> Bool {
    flags(of: "\(descriptor)", in: pid).map { $0 & O_CLOEXEC == 0 } ?? false
  }

  /// Returns the flags of a descriptor as for open(2), from `/proc/<pid>/fdinfo`. `nil` if they cannot be
  /// read.
  private static func flags(of descriptor: String, in pid: CInt) -> CInt? {
    guard let bytes = try? read("/proc/\(pid)/fdinfo/\(descriptor)"),
      let line = bytes.split(separator: 0x0A).first(where: { $0.starts(with: "flags:".utf8) })
    else { return nil }
    return CInt(
      String(decoding: line.dropFirst("flags:".count), as: UTF8.self).filter { !$0.isWhitespace }, radix: 8)
  }
}
