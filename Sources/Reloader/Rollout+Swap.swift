// Decisions about a swap: the candidate is held, ready and released; the old generation is paused and
// drained.

extension Rollout {
  /// Pauses a generation, and sets the deadline for it.
  mutating func pause(_ number: Int) {
    act(.pause(number, within: timing.handover, movesConnections: timing.movesConnections))
    set(.pause(number), after: timing.handover)
  }

  /// Sets the deadlines for probation and health.
  mutating func putOnProbation(_ number: Int) {
    set(.probation(number), after: timing.probation)
    set(.health(number), after: timing.health)
  }

  /// Handles a ready candidate: pauses the live generation, or releases the candidate if there is none.
  mutating func candidateIsReady(_ number: Int) {
    guard swap == .waiting, !isEnding else { return }
    generations[number]?.readyAt = now
    if let live {
      swap = .pausing
      generations[live]?.pause.beganAt = now
      pause(live)
    } else {
      release(candidate: number)
    }
  }

  /// Handles a generation that has stopped accepting, and releases the candidate.
  mutating func paused(_ number: Int, _ connections: Connections) {
    guard generations[number]?.role == .live, swap == .pausing else { return }
    cancel(.pause(number))
    isResumed(number)
    generations[number]?.pause.at = now
    generations[number]?.pause.hasFailed = false
    generations[number]?.pause.connections = connections
    if generationBeingReplaced == number {
      swap = .waiting
      return drain(number)
    }
    guard let candidate else { return abandonSwap() }
    release(candidate: candidate)
  }

  /// Releases the candidate, and sets the deadline by which it must accept.
  mutating func release(candidate: Int) {
    swap = .releasing
    generations[candidate]?.isHeld = false
    act(.release(candidate))
    set(.release(candidate), after: timing.handover)
  }

  /// Completes the swap: the candidate accepts and is live. The generation before it becomes the fallback.
  mutating func released(_ number: Int) {
    if number == live { isResumed(number) }
    guard let candidate = generations[number], candidate.role == .candidate, swap == .releasing else {
      return
    }
    swap = .waiting
    announced.formerAddresses = []
    cancel(.release(number))
    let old = live  // `nil` if it died within its probation: the fallback then stays
    if let old {
      if let fallback { drain(fallback) }
      generations[old]?.role = .fallback
      cancel(.probation(old))
    }
    generations[number]?.role = .live
    generations[number]?.listens = true
    let before = old.flatMap { generations[$0] }
    let addresses = before?.addresses ?? candidate.addresses
    reportSuccess(
      .live(
        Swapped(
          generation: number, total: candidate.startedAt.duration(to: now),
          ready: candidate.startedAt.duration(to: candidate.readyAt ?? now),
          pause: (before?.pause.beganAt ?? now).duration(to: now),
          connections: before?.pause.connections ?? Connections(),
          opened: candidate.addresses.filter { !addresses.contains($0) },
          closed: addresses.filter { !candidate.addresses.contains($0) })))
    outputs.append(.serves(addresses: candidate.addresses, isOpened: false))
    reloadPages(from: candidate)
    runHook(number)
    putOnProbation(number)
    introduceNext()
  }

  /// Records that a resumed generation accepts, or no longer has to.
  private mutating func isResumed(_ number: Int) {
    guard generations[number]?.pause.isResuming == true else { return }
    generations[number]?.pause.isResuming = false
    cancel(.release(number))
  }

  /// Ends the probation of the live generation: its program is now the last good one, and the fallback is
  /// drained.
  mutating func passedProbation(_ number: Int) {
    guard let generation = generations[number], generation.role == .live else { return }
    generations[number]?.hasPassedProbation = true
    becameGood(generation)
    if generation.reason == .restart, !generation.listens { outputs.append(.failure(nil)) }
    if let fallback { drain(fallback) }
  }

  /// Records a generation's program as the last good one.
  mutating func becameGood(_ generation: Generation) {
    let replaced = programs.good
    programs.good = generation.artifact
    programs.goodListens = generation.listens
    if let replaced { discardUnlessNeeded(replaced) }
  }
}
