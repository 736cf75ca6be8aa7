internal import CPosix
internal import Glibc

// The kinds of files, and who may use them.
extension FileSystem {
  /// Returns whether `path` itself is a socket (lstat(2)).
  package static func isSocket(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  /// Returns whether `path` is a directory, or a link to one (stat(2)).
  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Returns whether `path` is a regular file, or a link to one (stat(2)).
  package static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Returns whether `path` is a FIFO, or a link to one (stat(2)).
  package static func isFIFO(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Returns whether `path` is a file that this process may execute (access(2)).
  package static func isExecutable(_ path: String) -> Bool {
    access(path, X_OK) == 0 && !isDirectory(path)
  }

  /// Returns whether a program has the set-user-ID or set-group-ID bit (`S_ISUID`, `S_ISGID` of inode(7)).
  package static func isPrivileged(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & (S_ISUID | S_ISGID) != 0
  }

  /// Returns whether a file begins with the ELF magic number (elf(5)).
  package static func isBinary(_ path: String) -> Bool {
    guard let head = try? Descriptor.open(path, O_RDONLY).read() else { return false }
    return head.starts(with: [0x7F, 0x45, 0x4C, 0x46])
  }

  /// Returns whether `path` is a directory of this user, and not a link, that no other user can enter.
  package static func isPrivateDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
      && status.st_mode & 0o077 == 0
  }

  /// Returns whether another user owns `path`, or may write to it (lstat(2)). Returns `false` if nothing
  /// exists there.
  package static func isWritableByOthers(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && (status.st_uid != geteuid() || status.st_mode & 0o022 != 0)
  }
}
