internal import Glibc

/// The state of a regular file or a symbolic link (stat(2)).
struct FileStatus {
  /// The stamp of the file.
  let stamp: FileStamp

  /// The time of the last status change.
  let changed: FileTime

  /// Whether this is a symbolic link itself, because links are not followed or its target does not exist.
  let isLink: Bool

  /// Whether the file counts as saved when its name appears (IN_CREATE).
  ///
  /// Usually it does not: open(2) has created the file, and IN_CLOSE_WRITE follows when it has content.
  /// Nothing follows for a symbolic link or for a hard link (link(2), or linkat(2) of an O_TMPFILE). A hard
  /// link whose other name is gone looks like a file that is being written, so every file with content
  /// counts. A report too early, and again at IN_CLOSE_WRITE, is better than none.
  let isSavedOnCreation: Bool

  /// Looks at `path`. `nil` if there is neither a regular file nor a link.
  init?(at path: UnsafePointer<CChar>, followsLinks: Bool) {
    self.init(named: path, in: AT_FDCWD, followsLinks: followsLinks)
  }

  /// Looks at the entry `name` of an open directory (fstatat(2)). `nil` if there is neither a regular file
  /// nor a link.
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

  /// Returns whether this is the file with this stamp. A file without a stamp must not have changed after
  /// `moment`.
  func isSame(as stamp: FileStamp, at moment: FileTime) -> Bool {
    stamp == .none ? !changed.isMaybe(after: moment) : stamp == self.stamp
  }

  /// Returns whether this is the file with this stamp, apart from the flag of the stamp.
  func matchesIgnoringTick(_ stamp: FileStamp, at moment: FileTime) -> Bool {
    stamp == .none ? !changed.isMaybe(after: moment) : stamp.matchesIgnoringTick(self.stamp)
  }
}
