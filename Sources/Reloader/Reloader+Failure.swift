// What fails changes nothing: the old generation goes on, comes back, or is started again.

extension Reloader {
  mutating func ended(_ number: Int, _ ending: Ending) {
    guard let generation = generations.removeValue(forKey: number) else { return }
    for deadline: Deadline in [
      .readiness(number), .pause(number), .release(number), .probation(number), .health(number),
    ] {
      act(.cancel(deadline))
    }
    if exit != .no { return left(number, generation) }
    switch generation.role {
    case .candidate: candidateDied(number, generation, ending)
    case .serving: servingDied(number, generation, ending)
    case .fallback, .leaving: left(number, generation)
    }
  }

  private mutating func candidateDied(_ number: Int, _ generation: Generation, _ ending: Ending) {
    report(.diedBeforeReady(number, ending, serving: serving ?? fallback))
    discardUnlessNeeded(generation.artifact)
    abandonSwap()
    restartIfNothingServes(ending, number)
  }

  mutating func notReady(_ number: Int) {
    guard let generation = generations[number], generation.role == .candidate else { return }
    report(.notReady(number, after: timing.readiness, serving: serving))
    terminate(number)
    restartIfNothingServes(nil, number)
  }

  /// The serving generation did not stop accepting: it goes on, and the candidate, still held, is ended.
  mutating func notPaused(_ number: Int) {
    guard swap == .pausing, number == serving, let candidate else { return }
    report(.handoverFailed(from: number, to: candidate))
    terminate(candidate)
    abandonSwap()
  }

  mutating func notReleased(_ number: Int) {
    guard swap == .releasing, number == candidate else { return }
    if let old = serving ?? fallback {
      report(.handoverFailed(from: old, to: number))
    } else {
      report(.notReady(number, after: timing.handover, serving: nil))
    }
    swap = .withdrawing(number)
    generations[number]?.role = .leaving
    generations[number]?.terminated = true
    act(.kill(number))
  }

  /// The candidate that may have accepted is gone.
  mutating func withdrawn(_ number: Int) {
    abandonSwap()
    restartIfNothingServes(nil, number)
  }

  /// Ends a swap that was under way: the serving generation accepts again, or, if that died within its probation, the
  /// one before it.
  mutating func abandonSwap() {
    guard swap != .waiting else { return }
    swap = .waiting
    if let serving {
      act(.cancel(.pause(serving)))
      generations[serving]?.pausedAt = nil
      generations[serving]?.settled = false
      act(.release(serving))
    } else if let fallback {
      resume(fallback)
    }
    introduceNext()
  }

  private mutating func servingDied(_ number: Int, _ generation: Generation, _ ending: Ending) {
    defer { discardUnlessNeeded(generation.artifact) }
    if swap != .waiting {
      // Who serves next is decided when the candidate accepts, or is gone; it need not wait for a pause any more.
      guard let candidate else { return }
      report(.diedBeforeSuccessor(number, ending, successor: candidate))
      if swap == .pausing { release(candidate: candidate) }
      return
    }
    if !generation.proven, let fallback {
      return rollBack(from: number, ending, to: fallback)
    }
    if let candidate { return report(.diedBeforeSuccessor(number, ending, successor: candidate)) }
    if ending.isSuccess, !generation.listens {
      if !generation.proven { becameGood(generation.artifact) }
      return report(.finished(number))
    }
    if generation.proven || generation.reason != .build, lastGood != nil {
      return scheduleRestart(ending, generation: number)
    }
    report(.died(number, ending))
  }

  private mutating func rollBack(from number: Int, _ ending: Ending, to fallback: Int) {
    report(.rolledBack(from: number, ending, to: fallback))
    resume(fallback)
  }

  private mutating func resume(_ fallback: Int) {
    generations[fallback]?.role = .serving
    generations[fallback]?.settled = false
    generations[fallback]?.pausedAt = nil
    act(.release(fallback))
    act(.set(.health(fallback), after: timing.health))
    if generations[fallback]?.proven != true { act(.set(.probation(fallback), after: timing.probation)) }
  }

  private mutating func restartIfNothingServes(_ ending: Ending?, _ number: Int) {
    if serving == nil, candidate == nil, next == nil { scheduleRestart(ending, generation: number) }
  }

  /// Starts the last good program again, later each time.
  mutating func scheduleRestart(_ ending: Ending?, generation: Int) {
    guard lastGood != nil, exit == .no else { return }
    report(.restarting(generation, ending, after: backoff))
    restarting = true
    act(.set(.restart, after: backoff))
    backoff = min(backoff * 2, timing.backoffLimit)
  }

  mutating func cancelRestart() {
    guard restarting else { return }
    restarting = false
    act(.cancel(.restart))
  }

  mutating func restart() {
    guard restarting, exit == .no, serving == nil, candidate == nil, let lastGood else { return }
    restarting = false
    startServing(lastGood, because: .restart)
  }
}
