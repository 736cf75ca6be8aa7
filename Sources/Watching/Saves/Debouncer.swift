/// Collects changes until nothing has changed for a moment, so that one save, or one switch of branches, is
/// one batch. Pure: the time is passed in.
package struct Debouncer: Sendable {
  /// The time without changes after which a batch is due.
  package var quiet: Duration

  /// The maximum time from the first change of a batch until it is due, while changes keep coming.
  package var limit: Duration

  /// The files of the batch.
  package private(set) var paths: Set<String> = []
  /// The time of the first change of the batch.
  private var first: ContinuousClock.Instant?
  /// The time of the last change of the batch.
  private var last: ContinuousClock.Instant?

  /// Creates a debouncer without a batch.
  package init(quiet: Duration, limit: Duration) {
    self.quiet = quiet
    self.limit = limit
  }

  /// The time at which the batch is due. `nil` if nothing has changed.
  package var deadline: ContinuousClock.Instant? {
    guard let first, let last else { return nil }
    return min(last + quiet, first + limit)
  }

  /// The time at which the batch is due even if changes keep coming. `nil` if nothing has changed.
  package var lastDeadline: ContinuousClock.Instant? { first.map { $0 + limit } }

  /// Adds changes to the batch and postpones it. Does nothing for an empty array.
  package mutating func changed(_ paths: [String], at now: ContinuousClock.Instant) {
    if paths.isEmpty { return }
    self.paths.formUnion(paths)
    first = first ?? now
    last = now
  }

  /// Postpones the batch to `time` without a change, but not beyond ``lastDeadline``.
  package mutating func putOff(until time: ContinuousClock.Instant) { last = time - quiet }

  /// Returns the batch, sorted, and begins the next one, if it is due at `now`. Returns `nil` otherwise.
  package mutating func takeBatch(at now: ContinuousClock.Instant) -> [String]? {
    guard let deadline, deadline <= now else { return nil }
    return takeBatch()
  }

  /// Returns the batch, sorted, whether it is due or not, and begins the next one.
  package mutating func takeBatch() -> [String] {
    defer { self = Debouncer(quiet: quiet, limit: limit) }
    return paths.sorted()
  }
}
