internal import Glibc

extension FileSystem {
  /// Tells one file from another, whatever it is called (inode(7)).
  package struct FileNumber: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// Both parts.
    package init(device: UInt64, inode: UInt64) { (self.device, self.inode) = (device, inode) }

    /// `stat(2)`, or nil where there is no regular file. One without a name is none: its number may soon be another's.
    package init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 0 else {
        return nil
      }
      (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
  }

  /// The files that a process has open to write (`/proc/<pid>/fd`), as far as we may see them.
  package static func filesOpenToWrite(by pid: CInt) -> [FileNumber] {
    names(in: "/proc/\(pid)/fd").compactMap { descriptor in
      guard let file = FileNumber("/proc/\(pid)/fd/\(descriptor)"), let flags = flags(of: descriptor, in: pid)
      else { return nil }
      return flags & O_ACCMODE == O_RDONLY ? nil : file
    }
  }

  /// Whether a process has this descriptor, and gives it to the programs that it starts.
  package static func isInheritable(_ descriptor: CInt, of pid: CInt) -> Bool {
    flags(of: "\(descriptor)", in: pid).map { $0 & O_CLOEXEC == 0 } ?? false
  }

  /// As `open(2)` takes them (`/proc/<pid>/fdinfo`).
  private static func flags(of descriptor: String, in pid: CInt) -> CInt? {
    guard let bytes = try? read("/proc/\(pid)/fdinfo/\(descriptor)"),
      let line = bytes.split(separator: 0x0A).first(where: { $0.starts(with: "flags:".utf8) })
    else { return nil }
    return CInt(
      String(decoding: line.dropFirst("flags:".count), as: UTF8.self).filter { !$0.isWhitespace }, radix: 8)
  }
}
