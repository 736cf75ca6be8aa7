@testable import Reloader

// The effect of an event on a service, before the reloader receives it.

extension SimulatedService {
  /// Ends the service, which was removed from the settings or ends with hotreload.
  func remove() {
    switch state {
    case .waiting: state = .closed
    case .opening: isRemoved = true
    case .open: state = .ending
    case .ending, .closed: break
    }
  }

  func opens(_ succeeds: Bool) { state = !succeeds ? .closed : isRemoved ? .ending : .open }

  /// A build ends that was for this service. `isNewest` is false if it was superseded.
  func buildEnds(_ outcome: BuildOutcome, isNewest: Bool) {
    switch outcome {
    case .succeeded(let artifact), .doubtful(let artifact):
      kept.insert(artifact)
      guard isNewest, state == .open else { return }
      restarts = 0
      newest = artifact
      doubtful = outcome == .doubtful(artifact) ? artifact : nil
    case .failed, .cancelled: break
    }
  }

  /// A process does something. Returns whether its program must be built from scratch.
  func processDoes(_ number: Int, _ event: GenerationEvent) -> Bool {
    guard var process = processes[number] else { return false }
    var isWrong = false
    defer { if processes[number] != nil { processes[number] = process } }
    switch event {
    case .listening(let address):
      process.listens = true
      process.isAwaited = false
      if !process.addresses.contains(address) { process.addresses.append(address) }
      if process.isProven, process.artifact == good { goodListens = true }
      if process.hasServed, !process.isTerminated { hasServed = true }
    case .unholdable(let address):
      (process.isReplaced, process.isUnholdable) = (true, true)
      if !process.addresses.contains(address) { process.addresses.append(address) }
      if process.held, !process.hasServed, let serving { processes[serving]?.isReplaced = true }
    case .notified:
      process.readiness.hasNotified = true
      hasServed = true
    case .listeners(let listeners): process.listeners = listeners
    case .pageAnswered(let answer): process.readiness.pageAnswered(answer)
    case .commandEnded(let result): process.readiness.commandEnded(result)
    case .healthAnswered(let answer): healthAnswered(&process, answer)
    case .needs, .addresses: break
    case .paused:
      guard process.unacknowledged.remove(.pause) != nil else { return false }
      process.accepts = false
      process.keptOn = 0
      process.isDrained = false
      process.unacknowledged.insert(.drain)
    case .pauseFailed: if process.unacknowledged.remove(.pause) != nil { keepsOn(&process) }
    case .released:
      guard process.unacknowledged.remove(.release) != nil, !process.hasServed, !process.isKilled else {
        return false
      }
      (process.hasServed, process.listens, hasServed) = (true, true, true)
      serving = number
    case .drained: if process.unacknowledged.remove(.drain) != nil { process.isDrained = true }
    case .ended(let ending):
      isWrong = ended(number, process, ending)
      processes[number] = nil
      if process.readiness.check != nil { checksOfEnded.insert(number) }
    }
    return isWrong
  }

  private func ended(_ number: Int, _ process: SimulatedProcess, _ ending: Ending) -> Bool {
    defer { if serving == number { serving = nil } }
    hasFinished =
      state == .open && serving == number && ending == .exited(0) && !process.listens && !process.isAwaited
      && !process.isTerminated && !process.isKilled
    if process.isCandidate, state == .open { deadCandidate = number }
    if !process.isTerminated, !process.isKilled {
      failed.insert(process.artifact)
      if hasFinished { (good, goodListens) = (process.artifact, false) }
    }
    if timing.policy.mode == .never || timing.policy.limit != nil { staysDown = true }
    guard state == .open, process.artifact == doubtful, !process.isProven, ending.mayBeCorruption else {
      return false
    }
    doubtful = nil
    return true
  }

  func reach(_ deadline: ServiceDeadline) {
    switch deadline {
    case .readiness(let number, .timeout):
      if let process = processes[number], process.isAwaited { failed.insert(process.artifact) }
      candidateFails()
    case .pause(let number):
      if var process = processes[number] {
        keepsOn(&process)
        processes[number] = process
      }
    case .release(let number):
      if processes[number]?.hasServed != true { candidateFails() }
      processes[number]?.isOverdue = true
    case .termination(let number): processes[number]?.isOverdue = true
    case .drain(let number): processes[number]?.isDrained = true
    case .probation(let number):
      guard let process = processes[number], !process.isTerminated else { return }
      processes[number]?.isProven = true
      staysDown = false
      (good, goodListens) = (process.artifact, process.listens)
    case .health: restarts = 0
    case .restart, .readiness, .liveness: break
    }
  }

  /// A process does not stop accepting.
  private func keepsOn(_ process: inout SimulatedProcess) {
    process.pauseFailed = process.isReplaced
    process.keptOn += 1
    if process.keptOn < 2 { candidateFails() }
  }

  private func candidateFails() {
    for process in processes.values where process.held && !process.hasServed {
      failed.insert(process.artifact)
    }
  }
}
