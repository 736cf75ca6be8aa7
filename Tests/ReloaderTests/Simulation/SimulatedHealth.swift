import Reloader

/// The health of a process, by the rules of Settings.md and independent of ``Liveness``.
struct SimulatedHealth {
  /// The check that runs.
  var check: Liveness.Check?
  /// The number of failures since a round of checks has succeeded, or since the checks began.
  private var failures = 0
  /// The checks of the round that have succeeded.
  private var succeeded = 0
  /// Whether it has failed as often as the settings allow.
  private(set) var isUnhealthy = false

  /// A check begins.
  mutating func begin(_ check: Liveness.Check) { self.check = check }

  /// The check that runs ends. A round consists of `checks`.
  mutating func answered(_ answer: Liveness.Answer, checks: Int, threshold: Int) {
    guard check != nil else { return }
    check = nil
    switch answer {
    case .traced: succeeded = 0
    case .status(200), .status(302), .accepted, .command(.succeeded):
      succeeded += 1
      if succeeded == checks { (failures, succeeded) = (0, 0) }
    default:
      (failures, succeeded) = (failures + 1, 0)
      if failures == threshold { isUnhealthy = true }
    }
  }

  /// The checks are interrupted. They begin anew later.
  mutating func interrupt() {
    if !isUnhealthy { self = SimulatedHealth() }
  }
}
