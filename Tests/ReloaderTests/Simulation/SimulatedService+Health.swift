@testable import Reloader

// The checks of the live generation.

extension SimulatedService {
  /// Returns the checks of a process that the settings have.
  private func checks(of process: SimulatedProcess) -> [Liveness.Check] {
    var checks: [Liveness.Check] = []
    if process.listens, !process.isUnholdable {
      if let path = timing.liveness.path { checks.append(.page(path)) }
      if timing.liveness.accepts { checks.append(.connection) }
    }
    return checks + (timing.liveness.hasCommand ? [.command] : [])
  }

  func checkHealth(of number: Int, _ check: Liveness.Check, within limit: Duration) throws(Violation) {
    guard let process = processes[number], serving == number, process.accepts, process.hasServed,
      !process.isTerminated, state == .open, !process.unacknowledged.contains(.pause)
    else { throw Violation(.healthChecks, "\(number) is checked, and is not live") }
    guard candidate == nil else { throw Violation(.healthChecks, "\(number) is checked during a swap") }
    guard process.health.check == nil else { throw Violation(.healthChecks, "two checks of \(number)") }
    guard checks(of: process).contains(check), limit == timing.liveness.timeout else {
      throw Violation(.healthChecks, "\(number) is checked in another way than the settings say")
    }
    processes[number]?.health.begin(check)
  }

  /// A check of a process ends.
  func healthAnswered(_ process: inout SimulatedProcess, _ answer: Liveness.Answer) {
    let checks = checks(of: process).count
    process.health.answered(answer, checks: checks, threshold: timing.liveness.threshold)
    if process.health.isUnhealthy { failed.insert(process.artifact) }
  }

  /// Checks that a process is ended that does not work, and that a live one alone is checked. `timed` are the
  /// generations whose next check has a time.
  func checkHealth(_ rollout: Rollout?, timed: Set<Int>) throws(Violation) {
    guard state == .open, let rollout else { return }
    for (number, process) in processes {
      if process.health.isUnhealthy, !process.isTerminated {
        throw Violation(.unhealthyIsEnded, "\(number) does not work, and goes on")
      }
      if process.health.check != nil, serving != number || candidate != nil {
        throw Violation(.healthChecks, "a check of \(number) goes on")
      }
    }
    guard processes.count == 1, let (number, process) = processes.first, process.isReachable,
      serving == number,
      process.unacknowledged.isDisjoint(with: [.pause, .release]),
      rollout.generations[number]?.readiness.phase == .ready, !checks(of: process).isEmpty
    else { return }
    if process.health.check == nil, !timed.contains(number) {
      throw Violation(.healthChecks, "\(number) is not checked any more")
    }
  }
}
