@testable import Reloader

// The readiness of held generations, and its checks.

extension SimulatedService {
  /// Updates what is known of the readiness of all held processes, when a deadline is reached or after any event.
  func lookAtReadiness(at deadline: ServiceDeadline? = nil, now: ContinuousClock.Instant) {
    var needed: Set<String> = []
    for process in processes.values where process.isReleased { needed.formUnion(process.listeners.keys) }
    for (number, process) in processes where process.isStarting {
      var timer: Readiness.Timer?
      if case .readiness(number, let fired) = deadline { timer = fired }
      processes[number]?.readiness.look(process.listeners, needed: needed, timer: timer, at: now)
    }
  }

  /// Checks that a held generation is taken for ready if it is, and that its checks run as long as they are needed.
  /// `retries` are the generations whose checks are to be repeated.
  func checkReadiness(_ rollout: Rollout?, retries: Set<Int>) throws(Violation) {
    for (number, process) in processes where process.isStarting {
      let isReady = rollout?.generations[number]?.readiness.phase == .ready
      if isReady, !process.readiness.isReady {
        throw Violation(.readyBeforeLive, "\(number) is taken for ready")
      }
      if !isReady, process.readiness.isReady {
        throw Violation(.readyWhenMet, "\(number) is ready, and not taken for it")
      }
      if process.readiness.isCheckDue, process.readiness.check == nil, !retries.contains(number) {
        throw Violation(.readyWhenMet, "\(number) is not checked any more")
      }
    }
    if let number = checksOfEnded.first ?? processes.first(where: { $0.value.hasNeedlessCheck })?.key {
      throw Violation(.checksInTurn, "a check of \(number) goes on")
    }
  }

  func requestPage(of number: Int, path: String) throws(Violation) {
    guard let readiness = processes[number]?.readiness, readiness.isPageDue, path == readiness.conditions.path
    else { throw Violation(.checksInTurn, "a page of \(number) is requested, and should not be") }
    try begin(.page, of: number)
  }

  func runCommand(for number: Int) throws(Violation) {
    guard let readiness = processes[number]?.readiness, readiness.isCommandDue,
      readiness.conditions.hasCommand
    else { throw Violation(.checksInTurn, "the command runs for \(number), and should not") }
    try begin(.command, of: number)
  }

  private func begin(_ check: SimulatedReadiness.Check, of number: Int) throws(Violation) {
    guard let process = processes[number], process.isStarting, process.readiness.check == nil else {
      throw Violation(.checksInTurn, "two checks of \(number), or one that is needless")
    }
    processes[number]?.readiness.check = check
  }

  func cancelCheck(of number: Int) throws(Violation) {
    if checksOfEnded.remove(number) != nil { return }
    guard processes[number]?.readiness.check != nil else {
      throw Violation(.checksInTurn, "\(number) has no check to cancel")
    }
    processes[number]?.readiness.check = nil
  }
}

extension SimulatedProcess {
  /// Whether a check of it runs although it is to end.
  fileprivate var hasNeedlessCheck: Bool { readiness.check != nil && !isStarting }

  /// The address at which it listens next; `nil` if it listens at all of its addresses.
  var nextAddress: String? { opens.subtracting(listeners.keys).min() }

  /// The listeners when it polls one more of them; `nil` if it polls all.
  var polledOneMore: [String: Bool]? {
    guard let address = listeners.filter({ !$0.value }).keys.min() else { return nil }
    return listeners.merging([address: true]) { $1 }
  }

  /// The listeners when it has closed one; `nil` if there is none.
  var closedOne: [String: Bool]? {
    guard let address = listeners.keys.max() else { return nil }
    return listeners.filter { $0.key != address }
  }

  /// The next event by which it becomes ready; `nil` if it has to wait.
  var dutyToBeReady: GenerationEvent? {
    if let polledOneMore { return .listeners(polledOneMore) }
    if readiness.conditions.notifies, !readiness.hasNotified { return .notified }
    switch readiness.check {
    case .page: return .pageAnswered(.status(200))
    case .command: return .commandEnded(.succeeded)
    case nil: return nil
    }
  }
}
