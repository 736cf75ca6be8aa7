/// Gathers changes until there has been quiet for a moment, so that one save, or one switch of branches, is one
/// batch. Pure: the time comes in with the call.
package struct Debouncer: Sendable {
  /// How long nothing must have changed before a batch is due.
  package var quiet: Duration

  /// How long a batch may be put off, from its first change on, while changes keep coming.
  package var limit: Duration

  private var paths: Set<String> = []
  private var first: ContinuousClock.Instant?
  private var last: ContinuousClock.Instant?

  package init(quiet: Duration = .milliseconds(30), limit: Duration = .seconds(2)) {
    self.quiet = quiet
    self.limit = limit
  }

  /// When the batch is due; nil while nothing has changed.
  package var deadline: ContinuousClock.Instant? {
    guard let first, let last else { return nil }
    return min(last + quiet, first + limit)
  }

  /// When the batch is due even if changes keep coming; nil while nothing has changed.
  package var lastDeadline: ContinuousClock.Instant? { first.map { $0 + limit } }

  /// Adds changes to the batch and puts it off. An empty array does nothing.
  package mutating func changed(_ paths: [String], at now: ContinuousClock.Instant) {
    if paths.isEmpty { return }
    self.paths.formUnion(paths)
    first = first ?? now
    last = now
  }

  /// Puts the batch off, though nothing has changed, but not beyond its limit.
  package mutating func putOff(until time: ContinuousClock.Instant) { last = time - quiet }

  /// The batch, sorted and each path once, if it is due by `now`; then the next one begins empty.
  package mutating func settle(at now: ContinuousClock.Instant) -> [String]? {
    guard let deadline, deadline <= now else { return nil }
    defer { self = Debouncer(quiet: quiet, limit: limit) }
    return paths.sorted()
  }
}
