/// Decides whether the live generation still works: checks it again and again, and gives it up after several
/// failures in a row. Does no I/O and reads no clock.
///
/// One round makes all ``checks``, one after the other, and fails with the first of them that does. The next round
/// begins ``Conditions/period`` after the end of the last one.
package struct Liveness: Equatable, Sendable {
  /// The progress of the checks.
  private enum Step: Equatable, Sendable {
    case stopped
    /// The next round begins when the timer fires.
    case waiting
    /// The check with this index runs.
    case checking(Int)
  }

  /// The generation that is checked.
  let generation: Int
  /// The checks of a round.
  let checks: [Check]
  /// The settings.
  let conditions: Conditions
  /// The number of rounds that have failed in a row.
  private(set) var failures = 0
  private var step = Step.stopped

  /// Creates the state before the first check.
  package init(of generation: Int, _ checks: [Check], _ conditions: Conditions) {
    (self.generation, self.checks, self.conditions) = (generation, checks, conditions)
  }

  /// Begins to check a generation that was started this long ago.
  package mutating func begin(age: Duration) -> [Action] {
    step = .waiting
    return [.set(after: max(conditions.period, conditions.delay - age))]
  }

  /// Begins a round, because the timer has fired.
  package mutating func due() -> [Action] { step == .waiting ? check(0) : [] }

  /// Handles the answer to the check that runs. Any other answer is ignored.
  package mutating func answered(_ answer: Answer) -> [Action] {
    guard case .checking(let index) = step else { return [] }
    if answer == .traced { return wait() }
    if answer.isAlive {
      if index + 1 < checks.count { return check(index + 1) }
      failures = 0
      return wait()
    }
    failures += 1
    if failures < conditions.threshold { return wait() }
    step = .stopped
    return [.giveUp(Failure(checks[index], answer, count: failures))]
  }

  /// Stops, because the generation is not to be checked any more, or not now.
  package mutating func stop() -> [Action] {
    defer { step = .stopped }
    return switch step {
    case .stopped: []
    case .waiting: [.cancelTimer]
    case .checking: [.cancelCheck]
    }
  }

  private mutating func check(_ index: Int) -> [Action] {
    step = .checking(index)
    return [.check(checks[index], within: conditions.timeout)]
  }

  private mutating func wait() -> [Action] {
    step = .waiting
    return [.set(after: conditions.period)]
  }
}
