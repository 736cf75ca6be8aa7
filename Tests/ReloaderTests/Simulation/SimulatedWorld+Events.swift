import Reloader

// The effect of an event on the world, before the reloader receives it.

extension SimulatedWorld {
  mutating func happen(_ event: Event) throws(Violation) {
    switch event {
    case .changed, .timing: break
    case .restartWanted: isStale = true
    case .built(let outcome): buildEnds(outcome)
    case .generation(let number, let event): processDoes(number, event)
    case .due(let deadline): timerFires(deadline)
    case .interrupted: interrupts += 1
    }
  }

  private mutating func buildEnds(_ outcome: BuildOutcome) {
    switch outcome {
    case .succeeded(let artifact), .doubtful(let artifact):
      kept.insert(artifact)
      if build == .running { newest = artifact }
    case .failed, .cancelled: break
    }
    build = .idle
  }

  private mutating func processDoes(_ number: Int, _ event: GenerationEvent) {
    guard var process = processes[number] else { return }
    defer { if processes[number] != nil { processes[number] = process } }
    switch event {
    case .listening:
      process.listens = true
      process.isAwaited = false
      if process.isProven, process.artifact == good { goodListens = true }
    case .unholdable:
      process.isReplaced = true
      if process.held, !process.hasServed, let serving { processes[serving]?.isReplaced = true }
    case .unready, .needs, .addresses: break
    case .ready: process.saidReady = true
    case .paused:
      guard process.unacknowledged.remove(.pause) != nil else { return }
      process.accepts = false
      process.keptOn = 0
      process.isDrained = false
      process.unacknowledged.insert(.drain)
    case .pauseFailed:
      if process.unacknowledged.remove(.pause) != nil {
        if replaces || process.isReplaced { process.pauseFailed = true }
        process.keptOn += 1
        if process.keptOn < 2 { candidateFails() }
      }
    case .released:
      guard process.unacknowledged.remove(.release) != nil, !process.hasServed, !process.isKilled else {
        return
      }
      process.hasServed = true
      process.listens = true
      serving = number
    case .drained:
      if process.unacknowledged.remove(.drain) != nil { process.isDrained = true }
    case .ended(let ending):
      processes[number] = nil
      if !process.isTerminated, !process.isKilled {
        failed.insert(process.artifact)
        if interrupts == 0, serving == number, ending == .exited(0), !process.listens, !process.isAwaited {
          finished(process)
        }
      }
      if serving == number { serving = nil }
    }
  }

  private mutating func finished(_ process: SimulatedProcess) {
    good = process.artifact
    goodListens = false
  }

  private mutating func timerFires(_ deadline: Deadline) {
    timers[deadline] = nil
    switch deadline {
    case .readiness(let number):
      if let process = processes[number], process.isAwaited { failed.insert(process.artifact) }
      candidateFails()
    case .pause(let number):
      let replaces = replaces || processes[number]?.isReplaced == true
      processes[number]?.pauseFailed = replaces
      processes[number]?.keptOn += 1
      if processes[number]?.keptOn ?? 0 < 2 { candidateFails() }
    case .release(let number):
      if processes[number]?.hasServed != true { candidateFails() }
      processes[number]?.isOverdue = true
    case .termination(let number): processes[number]?.isOverdue = true
    case .drain(let number): processes[number]?.isDrained = true
    case .probation(let number):
      guard let process = processes[number], !process.isTerminated else { return }
      processes[number]?.isProven = true
      good = process.artifact
      goodListens = process.listens
    case .restart, .health, .slowBuild, .slowStart: break
    }
  }

  private mutating func candidateFails() {
    for process in processes.values where process.held && !process.hasServed {
      failed.insert(process.artifact)
    }
  }
}
