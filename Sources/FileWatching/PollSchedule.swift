/// When polled files are looked at next. Pure: what a look took and found comes in with the call.
package struct PollSchedule: Sendable {
  /// From one look at everything to the next one, at least.
  package var interval: Duration

  /// From a look that has found a change to the next one.
  package var quiet: Duration

  /// So many times as long as a look takes is waited until the next one: polling takes no more than this part of a core.
  private static let idleFactor = 60

  private var spent = Duration.zero
  private var hasFound = false

  /// Whether everything has been looked at, and was as before, since the last change. Until then files may be half
  /// written, and more of them may be on their way.
  package private(set) var isConfirmed = true

  package init(interval: Duration, quiet: Duration) {
    self.interval = interval
    self.quiet = quiet
  }

  /// What has been seen may be too old: everything must be looked at once more, from now on.
  package mutating func doubt() {
    isConfirmed = false
    if spent > .zero { hasFound = true }
  }

  /// After a turn that took so long, and has found a change or not. Returns how long to wait for the next one.
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
