/// The time by which a server must be ready or have ended. The server may ask for more
/// (`EXTEND_TIMEOUT_USEC` of sd_notify(3)).
struct ExtensibleDeadline: Equatable, Sendable {
  /// The longest time from now for which a server may ask.
  private static let limit: Duration = .seconds(3600)

  private var time: ContinuousClock.Instant

  /// Creates a deadline.
  init(after duration: Duration, from now: ContinuousClock.Instant) { time = now.advanced(by: duration) }

  /// Extends the deadline. It is never shortened, and is at most one hour from now. Returns the time from now until
  /// the new deadline; `nil` if it is the same as before.
  mutating func extend(by duration: Duration, at now: ContinuousClock.Instant) -> Duration? {
    let duration = min(duration, Self.limit)
    guard now.advanced(by: duration) > time else { return nil }
    time = now.advanced(by: duration)
    return duration
  }
}
