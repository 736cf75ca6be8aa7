internal import Glibc

extension FileSystem {
  /// What tells whether a file is still the one that was looked at, also when it was replaced by an older one: a rename
  /// changes the time of the last status change.
  package struct Stamp: Equatable, Sendable {
    private let identity: Identity
    /// Last change of status, in nanoseconds since 1970.
    package let changed: Int64

    /// As all are of a file system that notes no more, such as FAT.
    package var isOfWholeSecond: Bool { changed % 1_000_000_000 == 0 }

    /// `stat(2)`, or nil where there is no file.
    package init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      identity = Identity(status)
      changed = FileSystem.nanoseconds(status.st_ctim)
    }
  }

  /// Now, in nanoseconds since 1970, by the clock that file systems stamp files with, or used to: since Linux 6.13 a stamp may
  /// be later by a tick. What is stamped from now on is not earlier.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return nanoseconds(time)
  }

  /// What was stamped so far is not later, in nanoseconds since 1970.
  package static var latest: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return nanoseconds(time)
  }

  /// Waits until the stamps of what is written from now on are later than those of what was written so far: a tick of the
  /// kernel's clock at most, 1 to 10 ms.
  package static func awaitTick() {
    let end = latest
    while now <= end { usleep(200) }
  }
}
