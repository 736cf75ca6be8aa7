internal import CPosix
internal import Glibc

/// The time of the day (clock_gettime(2), `CLOCK_REALTIME`).
package enum WallClock {
  /// The time in seconds since 1970.
  package static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
