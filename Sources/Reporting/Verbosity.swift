internal import Reloader

/// How much is printed.
package enum Verbosity: String, Sendable {
  /// Only failures, recoveries and addresses.
  case quiet
  case normal
  /// Details too.
  case verbose
}

/// The failures that were reported, so that a recovery is recognised.
struct ReportedFailures {
  /// The services whose newest code does not run; `nil` is the build.
  private var failed: Set<ServiceID?> = []
  /// Whether the last build has succeeded after one that failed, and its program is not live yet.
  private var isRecovering = false

  /// Takes a report of a service, or of the build. Returns whether it is a failure, a recovery or an address.
  mutating func take(_ report: Report, of service: ServiceID?) -> Bool {
    switch report {
    case .buildFailed, .diedBeforeReady, .notReady, .handoverFailed, .rolledBack, .died, .diedBeforeSuccessor,
      .restarting, .notResumed, .unhealthy, .gaveUp:
      failed.insert(service)
      return true
    case .killed, .stillStarting, .handoverForced, .drainTimedOut: return true
    case .serving, .closed:
      failed.remove(service)
      return true
    case .live(let swapped):
      defer { isRecovering = false }
      let hadFailed = failed.remove(service) != nil
      return isRecovering || hadFailed || !swapped.opened.isEmpty || !swapped.closed.isEmpty
    case .built:
      isRecovering = failed.remove(service) != nil
      return isRecovering
    case .unchanged, .started, .unchangedGeneration: return failed.remove(service) != nil
    case .building, .buildingClean, .stillBuilding, .buildSuperseded, .drained, .superseded, .finished,
      .leaving:
      return false
    }
  }
}
