internal import Glibc

/// A hash of the inode, size and times of a file, by which a later look detects a change.
///
/// A stamp also has a flag for a file that was changed in the same tick of the kernel's clock as the look at
/// it. Its times would not show a further change in that tick, so such a stamp differs from that of every
/// later look.
struct FileStamp: Equatable {
  /// The hash, with the flag in the lowest bit.
  private let value: UInt64

  /// The stamp of a file that has not been looked at. A change since its directory was read shows by its
  /// time.
  static let none = FileStamp(value: 0)

  /// The stamp of a file that was created and has not been saved yet. It differs from the stamp of every real
  /// file.
  static let unsaved = FileStamp(value: 4)

  private init(value: UInt64) { self.value = value }

  /// Creates the stamp for the result of stat(2), which was called at `moment` or later.
  init(_ status: stat, at moment: FileTime) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let words = [
      Int(bitPattern: UInt(status.st_ino)), Int(status.st_size), status.st_mtim.tv_sec,
      status.st_mtim.tv_nsec,
      status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
    for word in words {
      hash = (hash ^ UInt64(bitPattern: Int64(word))) &* 0x9fb2_1c65_1e98_df25
      hash ^= hash >> 29
    }
    let isSettled = !FileTime(changeIn: status).isMaybe(after: moment)
    value = hash & ~3 | (isSettled ? 2 : 3)
  }

  /// Returns whether the files are the same apart from the flag. It is for files of which events report
  /// further changes.
  func matchesIgnoringTick(_ other: FileStamp) -> Bool { value | 1 == other.value | 1 }
}

/// A time with the resolution of file times.
struct FileTime {
  private let seconds: Int
  private let nanoseconds: Int

  /// The time of the status change (`st_ctim`), which covers content, name and owner. No program can set it.
  init(changeIn status: stat) {
    seconds = status.st_ctim.tv_sec
    nanoseconds = status.st_ctim.tv_nsec
  }

  private init(_ time: timespec) {
    seconds = time.tv_sec
    nanoseconds = time.tv_nsec
  }

  /// The current time of the clock for file times (clock_gettime(2), `CLOCK_REALTIME_COARSE`).
  static var now: FileTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return FileTime(time)
  }

  /// Returns whether a change with this time may have happened after `moment`. The file system may keep
  /// nanoseconds or only whole seconds.
  func isMaybe(after moment: FileTime) -> Bool {
    if nanoseconds == 0 { return seconds + 2 >= moment.seconds }
    return (seconds, nanoseconds) >= (moment.seconds, moment.nanoseconds)
  }
}
