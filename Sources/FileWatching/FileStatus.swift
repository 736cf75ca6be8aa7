internal import Glibc

/// A regular file, or a symbolic link, as the file system shows it.
struct FileStatus {
  let stamp: FileStamp

  /// When it was changed last.
  let changed: FileTime

  /// A symbolic link that is looked at itself: nobody asked what it points to, or there is nothing.
  let isLink: Bool

  /// Whether the file counts as saved at the moment at which its name appears (IN_CREATE).
  ///
  /// Usually it does not: open(2) has made it and is about to fill it, and IN_CLOSE_WRITE follows. But nothing
  /// follows for a symbolic link, nor for a hard link (link(2), or linkat(2) of an O_TMPFILE), and the latter
  /// cannot be told from a file that is being written once its other name is gone. So everything that has
  /// content counts: early and again at IN_CLOSE_WRITE is better than never.
  let isSavedOnCreation: Bool

  /// The file at `path`; nil if there is none, or if it is neither a regular file nor a link.
  init?(at path: UnsafePointer<CChar>, followsLinks: Bool) {
    self.init(named: path, in: AT_FDCWD, followsLinks: followsLinks)
  }

  /// The entry `name` of the open directory. fstatat(2).
  init?(named name: UnsafePointer<CChar>, in directory: Int32, followsLinks: Bool) {
    let moment = FileTime.now
    var status = stat()
    var found = fstatat(directory, name, &status, followsLinks ? 0 : AT_SYMLINK_NOFOLLOW)
    if found != 0, followsLinks { found = fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) }
    guard found == 0 else { return nil }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFLNK else { return nil }
    stamp = FileStamp(status, at: moment)
    changed = FileTime(changeIn: status)
    isLink = kind == S_IFLNK
    isSavedOnCreation = isLink || status.st_nlink > 1 || status.st_size > 0
  }

  /// Whether this is the file that was known by a stamp; or, if nobody had looked at it, as it was at `moment`.
  func isSame(as stamp: FileStamp, at moment: FileTime) -> Bool {
    stamp == .none ? !changed.isMaybe(after: moment) : stamp == self.stamp
  }

  /// The same, as far as can be told.
  func isLike(_ stamp: FileStamp, at moment: FileTime) -> Bool {
    stamp == .none ? !changed.isMaybe(after: moment) : stamp.isLike(self.stamp)
  }
}
