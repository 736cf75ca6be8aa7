internal import Glibc

/// What is remembered of a file to tell later whether it is still the same.
struct FileStamp: Equatable {
  let inode: UInt64
  let size: Int64
  let seconds: Int
  let nanoseconds: Int

  /// Of a file that has come and has not been saved yet. Differs from that of every real file.
  static let unsaved = FileStamp(inode: 0, size: 0, seconds: 0, nanoseconds: 0)
}

/// A file as lstat(2) shows it: a link is itself, not what it points to.
struct FileStatus {
  let stamp: FileStamp

  /// Whether the file counts as saved at the moment at which its name appears (IN_CREATE).
  ///
  /// Usually it does not: open(2) has made it and is about to fill it, and IN_CLOSE_WRITE follows. But nothing
  /// follows for a symbolic link, nor for a hard link (link(2), or linkat(2) of an O_TMPFILE), and the latter
  /// cannot be told from a file that is being written once its other name is gone. So everything that has
  /// content counts: early and again at IN_CLOSE_WRITE is better than never.
  let isSavedOnCreation: Bool

  /// The file at `path`; nil if there is none, or if it is neither a regular file nor a link. lstat(2).
  init?(at path: String) {
    self.init(named: path, in: AT_FDCWD)
  }

  /// The entry `name` of the open directory. fstatat(2).
  init?(named name: String, in directory: Int32) {
    var status = stat()
    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFLNK else { return nil }
    stamp = FileStamp(
      inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
    isSavedOnCreation = kind == S_IFLNK || status.st_nlink > 1 || status.st_size > 0
  }
}
