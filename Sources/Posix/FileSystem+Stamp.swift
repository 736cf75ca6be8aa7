internal import CPosix
internal import Glibc

extension FileSystem {
  /// The identity of a file and the time of its last status change. It also detects that the file was
  /// replaced by an older one, because a rename changes that time.
  package struct Stamp: Equatable, Sendable {
    private let identity: Identity
    /// The time of the last status change (`st_ctim`), in nanoseconds since 1970.
    package let changed: Int64

    /// Whether the time is a whole second. File systems without finer times, such as FAT, have no others.
    package var isOfWholeSecond: Bool { changed % 1_000_000_000 == 0 }

    /// Reads the stamp (stat(2)). `nil` if there is no file.
    package init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      identity = Identity(status)
      changed = FileSystem.nanoseconds(status.st_ctim)
    }
  }

  /// The current time of the coarse clock, in nanoseconds since 1970 (clock_gettime(2),
  /// `CLOCK_REALTIME_COARSE`).
  ///
  /// File systems stamp files with this clock. Since Linux 6.13 a stamp may be later by a tick. No stamp that
  /// is set from now on is earlier.
  package static var coarseTime: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return nanoseconds(time)
  }

  /// The current time of the fine clock, in nanoseconds since 1970 (clock_gettime(2), `CLOCK_REALTIME`). No
  /// stamp that was set so far is later.
  package static var fineTime: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return nanoseconds(time)
  }

  /// Waits until new stamps are later than all stamps so far. This takes at most one tick of the kernel's
  /// clock, 1 to 10 ms.
  package static func awaitTick() {
    let end = fineTime
    while coarseTime <= end { usleep(200) }
  }
}
