// Decisions about failures. After each of them the old generation stays live, is resumed, or is restarted.

extension Rollout {
  /// Handles the end of a generation's process.
  mutating func ended(_ number: Int, _ ending: Ending) {
    guard let generation = generations.removeValue(forKey: number) else { return }
    var readiness = generation.readiness
    perform(readiness.stop(), of: number)
    for deadline: ServiceDeadline in [
      .pause(number), .release(number), .probation(number), .health(number),
    ] {
      cancel(deadline)
    }
    if isEnding { return drainedGenerationEnded(number, generation, ending) }
    if generation.role == .live || number == generationBeingReplaced, !generation.addresses.isEmpty {
      announced.formerAddresses = generation.addresses
    }
    defer {
      if generation.artifact == programs.doubtful, !generation.hasPassedProbation, ending.mayBeCorruption {
        // If the program that is built from scratch crashes too, the cause is the user's code.
        programs.doubtful = nil
        outputs.append(.build(isClean: true))
      }
    }
    switch generation.role {
    case .candidate: candidateDied(number, generation, ending)
    case .live: servingDied(number, generation, ending)
    case .fallback, .draining: drainedGenerationEnded(number, generation, ending)
    }
  }

  /// Handles the death of a candidate: the swap is abandoned, and the live generation stays.
  private mutating func candidateDied(_ number: Int, _ generation: Generation, _ ending: Ending) {
    let isForcing = if case .forcing = swap { true } else { false }
    reportFailure(.diedBeforeReady(number, ending, serving: isForcing ? nil : live ?? fallback))
    discardUnlessNeeded(generation.artifact)
    if case .forcing(let old) = swap {  // the old generation may accept until it has ended
      swap = .withdrawing(old)
      return
    }
    abandonSwap()
    restartIfNothingServes(number, generation, ending)
  }

  /// Handles a live generation that did not stop accepting in time. It stays live, and the held candidate is
  /// terminated. The second time, the live generation is terminated instead, because it might never stop.
  mutating func pauseFailed(_ number: Int) {
    guard swap == .pausing, number == live else { return }
    if generationBeingReplaced == number {  // stopped by force: nothing else is waited for
      swap = .waiting
      return terminate(number)
    }
    guard let candidate else { return }
    if generations[number]?.pause.hasFailed == true {
      report(.handoverForced(from: number, to: candidate))
      cancel(.pause(number))
      swap = .forcing(number)
      return terminate(number)
    }
    generations[number]?.pause.hasFailed = true
    reportFailure(.handoverFailed(from: number, to: candidate))
    terminate(candidate)
    abandonSwap()
  }

  /// Handles a generation that did not start to accept in time. It is killed.
  mutating func notReleased(_ number: Int) {
    if number == live, generations[number]?.pause.isResuming == true {
      report(.notResumed(number, after: timing.handover))
      return act(.kill(number))
    }
    guard swap == .releasing, number == candidate else { return }
    reportFailure(.notReady(number, .unreleased, after: timing.handover, serving: live ?? fallback))
    swap = .withdrawing(number)
    generations[number]?.role = .draining
    generations[number]?.terminated = true
    act(.kill(number))
  }

  /// Continues after a generation that may still have been accepting has ended.
  mutating func withdrawn(_ number: Int, _ generation: Generation, _ ending: Ending) {
    if generation.isUnhealthy, let fallback { reportFailure(.rolledBack(from: number, ending, to: fallback)) }
    abandonSwap()
    guard generation.pause.hasFailed || generation.isUnhealthy else {
      // a candidate whose failure was reported already
      return restartIfNothingServes(number, generation, nil)
    }
    restartOrReport(number, generation, ending)
  }

  /// Schedules a restart if nothing serves, or reports the end if there is nothing good to start.
  mutating func restartOrReport(_ number: Int, _ generation: Generation, _ ending: Ending?) {
    if let ending, programs.good == nil, live == nil, candidate == nil {
      return reportFailure(.died(number, ending))
    }
    restartIfNothingServes(number, generation, ending)
  }

  /// Abandons the current swap. The live generation accepts again. If that has died within its probation, the
  /// fallback is resumed.
  mutating func abandonSwap() {
    guard swap != .waiting else { return }
    swap = .waiting
    if let live {
      cancel(.pause(live))
      letAccept(live)
    } else if let fallback {
      resume(fallback)
    }
    introduceNext()
  }

  /// Handles the death of the live generation: rolls back, waits for the candidate, or schedules a restart.
  private mutating func servingDied(_ number: Int, _ generation: Generation, _ ending: Ending) {
    defer { discardUnlessNeeded(generation.artifact) }
    if generationBeingReplaced == number {
      swap = .waiting
      return stopped(number, generation)
    }
    if swap != .waiting {
      // The end of the swap decides which generation is live. A pause does not have to be waited for any
      // more.
      guard let candidate else { return }
      report(.diedBeforeSuccessor(number, ending, successor: candidate))
      if swap == .pausing { release(candidate: candidate) }
      return
    }
    if !generation.hasPassedProbation, let fallback {
      return rollBack(from: number, ending, to: fallback)
    }
    if let candidate { return report(.diedBeforeSuccessor(number, ending, successor: candidate)) }
    if ending.isSuccess, !generation.listens, !generation.readiness.awaitsListener {
      if !generation.hasPassedProbation { becameGood(generation) }
      if timing.policy.restartsFinished { return scheduleRestart(number, generation, ending) }
      return reportSuccess(.finished(number))
    }
    if generation.hasPassedProbation || generation.readiness.awaitsListener || generation.reason != .build,
      programs.good != nil
    {
      return scheduleRestart(number, generation, ending)
    }
    reportFailure(.died(number, ending))
  }

  /// Makes the fallback live again, because the new generation died within its probation.
  private mutating func rollBack(from number: Int, _ ending: Ending, to fallback: Int) {
    resume(fallback)
    reportFailure(.rolledBack(from: number, ending, to: fallback))
  }

  /// Makes the fallback live, and watches its health.
  private mutating func resume(_ fallback: Int) {
    guard let generation = generations[fallback] else { return }
    generations[fallback]?.role = .live
    announced.formerAddresses = []
    letAccept(fallback)
    outputs.append(.serves(addresses: generation.addresses, isOpened: false))
    reloadPages(from: generation)
    set(.health(fallback), after: timing.health)
    if !generation.hasPassedProbation {
      set(.probation(fallback), after: timing.probation)
    }
  }

  /// Releases a generation. If it was paused, it has to confirm that it accepts again. Otherwise it never
  /// stopped accepting.
  private mutating func letAccept(_ number: Int) {
    act(.release(number))
    if generations[number]?.pause.at != nil {
      generations[number]?.pause.isResuming = true
      set(.release(number), after: timing.handover)
    }
    generations[number]?.pause.at = nil
    generations[number]?.pause.isDrained = false
  }

  /// Schedules a restart if no generation is live, held or queued.
  mutating func restartIfNothingServes(_ number: Int, _ generation: Generation, _ ending: Ending?) {
    if live == nil, candidate == nil, programs.queued == nil { scheduleRestart(number, generation, ending) }
  }

  /// Schedules a restart of the last good program, if the policy allows one, and doubles the delay of the next.
  private mutating func scheduleRestart(_ number: Int, _ generation: Generation, _ ending: Ending?) {
    guard let good = programs.good, !isEnding else { return }
    guard timing.policy.allowsRestart(after: backoff.restarts) else { return staysDown(number, ending) }
    let restart = Restart(
      after: backoff.schedule(limit: timing.backoffLimit), isSameProgram: generation.artifact == good,
      clientsWait: programs.goodListens)
    reportFailure(.restarting(number, ending, restart))
    set(.restart, after: restart.delay)
  }

  /// Reports a server that is not started again. One that was never to be, and that hotreload has stopped itself,
  /// is reported already.
  private mutating func staysDown(_ number: Int, _ ending: Ending?) {
    if timing.policy.mode != .never {
      reportFailure(.gaveUp(number, ending, restarts: backoff.restarts))
    } else if let ending {
      reportFailure(.died(number, ending))
    }
  }

  /// Cancels the scheduled restart.
  mutating func cancelRestart() {
    guard backoff.isScheduled else { return }
    backoff.isScheduled = false
    cancel(.restart)
  }

  /// Starts the last good program again, if still nothing else is live or held.
  mutating func restart() {
    guard backoff.isScheduled, !isEnding, live == nil, candidate == nil, let good = programs.good else {
      return
    }
    backoff.isScheduled = false
    startServing(good, because: .restart)
  }
}
