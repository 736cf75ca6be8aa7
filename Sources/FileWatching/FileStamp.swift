internal import Glibc

/// What is remembered of a file to tell later whether it is still the same: a hash of its inode, size and times; and
/// whether they are older than the look at them. Of one that was changed in the same tick of the kernel's clock they
/// would not tell if it was changed once more, so a later look finds it another.
struct FileStamp: Equatable {
  private let value: UInt64

  /// Of a file at which nobody has looked: what was changed since its directory was read tells by its time.
  static let none = FileStamp(value: 0)

  /// Of a file that has come and has not been saved yet. Differs from that of every real file.
  static let unsaved = FileStamp(value: 4)

  private init(value: UInt64) { self.value = value }

  /// Of what stat(2) has found. It was called at `moment`, or later.
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

  /// Whether the file is the same as far as can be told: for where something tells if it was changed once more.
  func isLike(_ other: FileStamp) -> Bool { value | 1 == other.value | 1 }
}

/// A time as the kernel stamps files with it.
struct FileTime {
  private let seconds: Int
  private let nanoseconds: Int

  /// The status change (`st_ctim`): of content, name or owner. No program can set it.
  init(changeIn status: stat) {
    seconds = status.st_ctim.tv_sec
    nanoseconds = status.st_ctim.tv_nsec
  }

  private init(_ time: timespec) {
    seconds = time.tv_sec
    nanoseconds = time.tv_nsec
  }

  /// Now: by the tick of the kernel's clock, as for files. clock_gettime(2), CLOCK_REALTIME_COARSE.
  static var now: FileTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return FileTime(time)
  }

  /// Whether this may be the time of a change after `moment`, on a file system that keeps nanoseconds, or seconds.
  func isMaybe(after moment: FileTime) -> Bool {
    if nanoseconds == 0 { return seconds + 2 >= moment.seconds }
    return (seconds, nanoseconds) >= (moment.seconds, moment.nanoseconds)
  }
}
