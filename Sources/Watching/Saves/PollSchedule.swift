/// The times at which polled files are looked at. Pure: the duration and result of a look are passed in.
package struct PollSchedule: Sendable {
  /// The minimum time from one look at everything to the next.
  package var interval: Duration

  /// The time from a look that has found a change to the next one.
  package var quiet: Duration

  /// The wait after a look, as a multiple of its duration, which limits the share of a core that polling
  /// takes.
  private static let idleFactor = 60

  /// The time that the current look at everything has taken so far.
  private var spent = Duration.zero
  /// Whether the current look at everything has found a change.
  private var hasFound = false

  /// Whether a complete look has found nothing since the last change. Before that, files may be half written,
  /// and more may follow.
  package private(set) var isConfirmed = true

  /// Creates a schedule without a look in progress.
  package init(interval: Duration, quiet: Duration) {
    self.interval = interval
    self.quiet = quiet
  }

  /// Records that the result of the look may be outdated, so that everything must be looked at again.
  package mutating func doubt() {
    isConfirmed = false
    if spent > .zero { hasFound = true }
  }

  /// Records a part of a look, which took `time` and has found a change or not. Returns the time until the
  /// next part. `isComplete` is whether everything has been looked at.
  package mutating func turned(took time: Duration, found: Bool, isComplete: Bool) -> Duration {
    spent += time
    if found {
      hasFound = true
      isConfirmed = false
    }
    guard isComplete else { return .zero }
    defer {
      spent = .zero
      hasFound = false
    }
    if hasFound { return max(quiet, spent) }
    isConfirmed = true
    return max(interval, spent * Self.idleFactor)
  }
}
