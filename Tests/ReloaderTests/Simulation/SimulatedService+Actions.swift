@testable import Reloader

// The effect of an action on a service, and the check that it is allowed now.

extension SimulatedService {
  /// Performs an action. `opens` are the addresses at which the code of a process listens that is started, and
  /// `isForced` is whether the user has interrupted twice.
  func perform(
    _ action: ServiceAction, after event: Event?, opens: Set<String>, isForced: Bool,
    at now: ContinuousClock.Instant
  ) throws(Violation) {
    if action != .open, action != .close, !isRunning {
      throw Violation(.actsOnOpenServices, "\(id) is \(state): \(action)")
    }
    switch action {
    case .open:
      guard state == .waiting else { throw Violation(.opensAfterEnd, "\(id) is opened, but is \(state)") }
      state = .opening
    case .start(let number, let artifact, let held):
      try start(number, artifact, held: held, because: event, opens: opens, at: now)
    case .pause(let number, let limit, let moves): try pause(number, within: limit, moves: moves)
    case .release(let number): try release(number)
    case .requestPage(let number, let path): try requestPage(of: number, path: path)
    case .runReadyCommand(let number): try runCommand(for: number)
    case .cancelCheck(let number): try cancelCheck(of: number)
    case .checkHealth(let number, let check, let limit): try checkHealth(of: number, check, within: limit)
    case .cancelHealthCheck(let number): processes[number]?.health.interrupt()
    case .terminate(let number): try terminate(number)
    case .kill(let number):
      try mayEnd(number)
      guard let process = processes[number] else {
        throw Violation(.actsOnOpenServices, "\(number) is killed, but ended already")
      }
      guard process.isOverdue || isForced else {
        throw Violation(.killedOnlyWhenOverdue, "\(number) is killed in its time")
      }
      processes[number]?.isKilled = true
    case .discard(let artifact):
      guard kept.remove(artifact) != nil else {
        throw Violation(.programsAreKept, "\(artifact.path) is discarded twice")
      }
    case .runHook(let number): try runHook(number)
    case .close:
      guard state == .ending, processes.isEmpty else {
        throw Violation(.closesOnce, "\(id) is closed, but is \(state) with \(processes.count) processes")
      }
      (state, kept, failure) = (.closed, [], nil)
    }
    if processes.values.count(where: \.accepts) > 1 {
      throw Violation(.oneAcceptor, "two generations accept")
    }
  }

  private func start(
    _ number: Int, _ artifact: Artifact, held: Bool, because event: Event?, opens: Set<String>,
    at now: ContinuousClock.Instant
  ) throws(Violation) {
    guard number == lastNumber + 1 else {
      throw Violation(.actsOnOpenServices, "\(number) follows \(lastNumber)")
    }
    guard state == .open else {
      throw Violation(.actsOnOpenServices, "a program of \(id) is started, which is \(state)")
    }
    guard kept.contains(artifact) else {
      throw Violation(.programsAreKept, "a discarded program is started: \(artifact.path)")
    }
    let isRestart = event == .due(.service(id, .restart))
    guard artifact == (isRestart ? good : newest) else {
      throw Violation(
        isRestart ? .lastGoodProgram : .newestWins,
        "another program is started than the \(isRestart ? "good" : "newest") one")
    }
    (lastNumber, isStale) = (number, false)
    if !isRestart { restarts = 0 }
    processes[number] = SimulatedProcess(
      artifact, held: held, opens: opens, serverFiles: serverFiles,
      SimulatedReadiness(timing.conditions, now: now))
    if !held {
      serving = number
      processes[number]?.isAwaited = goodListens
    }
  }

  /// Schedules a restart, if the policy allows one.
  func scheduleRestart() throws(Violation) {
    guard timing.policy.mode != .never else {
      throw Violation(.restartPolicy, "\(id) is restarted, and never should be")
    }
    guard !hasFinished || timing.policy.mode != .onFailure else {
      throw Violation(.restartPolicy, "\(id) has done its work, and is restarted")
    }
    restarts += 1
    guard restarts <= timing.policy.limit ?? .max else {
      throw Violation(.restartPolicy, "\(id) is restarted \(restarts) times")
    }
  }

  private func command(_ command: SimulatedProcess.Command, _ number: Int) throws(Violation) {
    guard processes[number] != nil else {
      throw Violation(.actsOnOpenServices, "\(command) for \(number), which has ended")
    }
    processes[number]?.unacknowledged.insert(command)
  }

  private func pause(_ number: Int, within limit: Duration, moves: Bool) throws(Violation) {
    try command(.pause, number)
    guard limit == timing.handover else { throw Violation(.deadlines, "the pause may take \(limit)") }
    guard moves == timing.movesConnections else {
      throw Violation(.noStaleAnswer, "connections are \(moves ? "moved" : "closed")")
    }
    processes[number]?.pauseFailed = false
    if processes.values.contains(where: { $0.isCandidate && $0.readiness.isReady }) { return }
    guard timing.replaces || processes[number]?.isReplaced == true else {
      throw Violation(.readyBeforeLive, "\(number) is paused, and none is ready")
    }
    processes[number]?.isReplaced = true
  }

  private func release(_ number: Int) throws(Violation) {
    if let process = processes[number], !process.isReleased, !process.readiness.isReady {
      throw Violation(.readyBeforeLive, "\(number) is released before it is ready")
    }
    try command(.release, number)
    processes[number]?.unacknowledged.subtract([.pause, .drain])
    processes[number]?.accepts = true
    processes[number]?.isReleased = true
    if processes[number]?.hasServed == true { serving = number }
  }

  private func terminate(_ number: Int) throws(Violation) {
    try mayEnd(number)
    guard let process = processes[number], !process.isTerminated else {
      throw Violation(.actsOnOpenServices, "\(number) is asked to end, but has been, or is gone")
    }
    if process.hasServed, process.listens, !process.isDrained, state == .open, !process.pauseFailed,
      process.keptOn < 2, !process.health.isUnhealthy
    {
      throw Violation(.drainedBeforeTermination, "\(number) is asked to end before it has drained")
    }
    processes[number]?.isTerminated = true
    if serving == number { serving = nil }
  }

  /// Throws a ``Violation`` if a live generation is ended, unless the service ends, another generation accepts, or it
  /// is a worker that is replaced.
  private func mayEnd(_ number: Int) throws(Violation) {
    guard state == .open, number == serving, let process = processes[number] else { return }
    if processes.contains(where: { $0.key != number && $0.value.accepts }) { return }
    if process.health.isUnhealthy { return }
    if process.isOverdue, process.hasServed, process.unacknowledged.contains(.release) { return }
    if !process.listens, process.artifact != newest || process.isAwaited || isStale { return }
    if process.isReplaced, process.isDrained || process.pauseFailed { return }
    if process.keptOn >= 2, processes.contains(where: { $0.key > number && $0.value.readiness.isReady }) {
      return
    }
    throw Violation(.portStaysOpen, "the serving generation \(number) is ended, with no other to serve")
  }

  private func runHook(_ number: Int) throws(Violation) {
    guard number > lastHooked else {
      throw Violation(.hooksOnce, "the command for \(number) runs after that for \(lastHooked)")
    }
    guard processes[number]?.isReachable == true else {
      throw Violation(.hooksOnce, "the command runs for \(number), which does not accept")
    }
    lastHooked = number
  }
}
