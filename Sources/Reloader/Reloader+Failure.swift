// What fails changes nothing: the old generation goes on, comes back, or is started again.

extension Reloader {
  mutating func ended(_ number: Int, _ ending: Ending) {
    guard let generation = generations.removeValue(forKey: number) else { return }
    for deadline: Deadline in [
      .slowStart(number), .readiness(number), .pause(number), .release(number), .probation(number),
      .health(number),
    ] {
      act(.cancel(deadline))
    }
    if exit != .no { return left(number, generation, ending) }
    defer {
      if generation.artifact == doubtful, !generation.proven, ending.mayBeCorruption { buildClean() }
    }
    switch generation.role {
    case .candidate: candidateDied(number, generation, ending)
    case .serving: servingDied(number, generation, ending)
    case .fallback, .leaving: left(number, generation, ending)
    }
  }

  private mutating func candidateDied(_ number: Int, _ generation: Generation, _ ending: Ending) {
    let isForcing = if case .forcing = swap { true } else { false }
    report(.diedBeforeReady(number, ending, serving: isForcing ? nil : serving ?? fallback))
    discardUnlessNeeded(generation.artifact)
    if case .forcing(let old) = swap {  // that one accepts until it has ended
      swap = .withdrawing(old)
      return
    }
    abandonSwap()
    restartIfNothingServes(number, generation, ending)
  }

  mutating func stillStarting(_ number: Int) {
    guard let generation = generations[number], !generation.terminated else { return }
    report(.stillStarting(number, unready(generation), after: timing.slowStart))
  }

  mutating func notReady(_ number: Int) {
    guard let generation = generations[number] else { return }
    switch generation.role {
    case .candidate:
      report(.notReady(number, unready(generation), after: timing.readiness, serving: serving))
      terminate(number)
      restartIfNothingServes(number, generation, nil)
    case .serving where generation.awaitsListener:
      report(.notReady(number, unready(generation), after: timing.readiness, serving: nil))
      stopping = number  // it is not held: nothing else may be started before it has ended
      terminate(number)
    case .serving, .fallback, .leaving: break
    }
  }

  private func unready(_ generation: Generation) -> Unready {
    if let obstacle = generation.obstacle { return .obstacle(obstacle) }
    return generation.listens ? .unpolled(generation.addresses) : .silent
  }

  /// The serving generation did not stop accepting: it goes on, and the candidate, still held, is ended. Another time it
  /// is ended itself: it might never stop.
  mutating func notPaused(_ number: Int) {
    guard swap == .pausing, number == serving else { return }
    if stopping == number {  // it will not stop accepting in any other way
      swap = .waiting
      return terminate(number)
    }
    guard let candidate else { return }
    if generations[number]?.hasKeptOn == true {
      report(.handoverForced(from: number, to: candidate))
      act(.cancel(.pause(number)))
      swap = .forcing(number)
      return terminate(number)
    }
    generations[number]?.hasKeptOn = true
    report(.handoverFailed(from: number, to: candidate))
    terminate(candidate)
    abandonSwap()
  }

  mutating func notReleased(_ number: Int) {
    if number == serving, generations[number]?.isResuming == true {
      report(.notResumed(number, after: timing.handover))
      return act(.kill(number))
    }
    guard swap == .releasing, number == candidate else { return }
    report(.notReady(number, .unreleased, after: timing.handover, serving: serving ?? fallback))
    swap = .withdrawing(number)
    generations[number]?.role = .leaving
    generations[number]?.terminated = true
    act(.kill(number))
  }

  /// The one that may have accepted is gone.
  mutating func withdrawn(_ number: Int, _ generation: Generation, _ ending: Ending) {
    abandonSwap()
    guard generation.hasKeptOn else {  // it never served, and was told of already
      return restartIfNothingServes(number, generation, nil)
    }
    if lastGood == nil, serving == nil, candidate == nil { return report(.died(number, ending)) }
    restartIfNothingServes(number, generation, ending)
  }

  /// Ends a swap that was under way: the serving generation accepts again, or, if that died within its probation, the
  /// one before it.
  mutating func abandonSwap() {
    guard swap != .waiting else { return }
    swap = .waiting
    if let serving {
      act(.cancel(.pause(serving)))
      letAccept(serving)
    } else if let fallback {
      resume(fallback)
    }
    introduceNext()
  }

  private mutating func servingDied(_ number: Int, _ generation: Generation, _ ending: Ending) {
    defer { discardUnlessNeeded(generation.artifact) }
    if stopping == number {
      swap = .waiting
      return stopped(number, generation)
    }
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
    if ending.isSuccess, !generation.listens, !generation.awaitsListener {
      if !generation.proven { becameGood(generation) }
      return report(.finished(number))
    }
    if generation.proven || generation.awaitsListener || generation.reason != .build, lastGood != nil {
      return scheduleRestart(number, generation, ending)
    }
    report(.died(number, ending))
  }

  private mutating func rollBack(from number: Int, _ ending: Ending, to fallback: Int) {
    resume(fallback)
    report(.rolledBack(from: number, ending, to: fallback))
  }

  private mutating func resume(_ fallback: Int) {
    generations[fallback]?.role = .serving
    letAccept(fallback)
    act(.set(.health(fallback), after: timing.health))
    if generations[fallback]?.proven != true { act(.set(.probation(fallback), after: timing.probation)) }
  }

  /// A paused generation is to accept again, and to say so; one that was not paused after all has accepted all the while.
  private mutating func letAccept(_ number: Int) {
    act(.release(number))
    if generations[number]?.pausedAt != nil {
      generations[number]?.isResuming = true
      act(.set(.release(number), after: timing.handover))
    }
    generations[number]?.pausedAt = nil
    generations[number]?.settled = false
  }

  mutating func restartIfNothingServes(_ number: Int, _ generation: Generation, _ ending: Ending?) {
    if serving == nil, candidate == nil, next == nil { scheduleRestart(number, generation, ending) }
  }

  /// Starts the last good program again, later each time.
  private mutating func scheduleRestart(_ number: Int, _ generation: Generation, _ ending: Ending?) {
    guard let lastGood, exit == .no else { return }
    guard timing.restarts else { return ending.map { report(.died(number, $0)) } ?? () }
    let restart = Restart(
      after: backoff, isSameProgram: generation.artifact == lastGood, clientsWait: lastGoodListens)
    report(.restarting(number, ending, restart))
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
