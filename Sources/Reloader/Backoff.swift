/// The restarts of a server that has ended.
struct Backoff: Equatable, Sendable {
  /// The delay before the next restart.
  var delay: Duration
  /// Whether a restart is scheduled.
  var isScheduled = false
}
