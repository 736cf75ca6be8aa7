/// The restarts of a server that has ended.
struct Backoff: Equatable, Sendable {
  /// The delay before the next restart.
  var delay: Duration
  /// The number of restarts since the server was healthy, or was built anew.
  var restarts = 0
  /// Whether a restart is scheduled.
  var isScheduled = false

  /// Begins anew, because the server is healthy or was built anew. The next restart waits `delay`.
  mutating func reset(to delay: Duration) { (self.delay, restarts) = (delay, 0) }

  /// Schedules a restart. The next one waits twice as long, at most `limit`. Returns the delay of this one.
  mutating func schedule(limit: Duration) -> Duration {
    defer { delay = min(delay * 2, limit) }
    (isScheduled, restarts) = (true, restarts + 1)
    return delay
  }
}
