// Decisions about a swap: the candidate is held, ready and released; the old generation is paused and
// drained.

extension Rollout {
  /// Introduces a newly built program. `replaces` is true if a program was running when it was built.
  mutating func introduce(_ artifact: Artifact, replaces: Bool = false) {
    if swap != .waiting {  // the current swap completes within milliseconds
      return queue(artifact)
    }
    let replaces = replaces || backoff.isScheduled || candidate != nil
    backoff.reset(to: timing.backoff)
    supersedeCandidate()
    cancelRestart()
    guard let live, let old = generations[live] else {
      if generationBeingReplaced != nil { return queue(artifact) }
      return startServing(artifact, because: replaces ? .replacement : .build)
    }
    if artifact == old.artifact, !isStale {
      reportSuccess(.unchangedGeneration(live))  // the user has gone back to the program that is live
    } else if old.listens, timing.replaces || old.isUnholdable {
      replace(live, by: artifact)
    } else if old.listens {
      awaitReadiness(of: start(artifact, as: .candidate, because: .replacement))
    } else {
      // There are no listeners to hand over. The old program is stopped before the new one is started.
      queue(artifact)
      generationBeingReplaced = live
      cancel(.probation(live))
      terminate(live)
    }
  }

  /// Pauses, drains and stops a generation, and only then starts the new one. Clients wait in the kernel's
  /// queue of the listener (listen(2)).
  private mutating func replace(_ number: Int, by artifact: Artifact) {
    queue(artifact)
    if let fallback { drain(fallback) }
    generationBeingReplaced = number
    swap = .pausing
    generations[number]?.pause.beganAt = now
    cancel(.probation(number))
    cancel(.health(number))
    pause(number)
  }

  /// Pauses a generation, and sets the deadline for it.
  private mutating func pause(_ number: Int) {
    act(.pause(number, within: timing.handover, movesConnections: timing.movesConnections))
    set(.pause(number), after: timing.handover)
  }

  /// Queues a program in place of any other queued one.
  private mutating func queue(_ artifact: Artifact) {
    let replaced = programs.queued
    programs.queued = artifact
    if let replaced { discardUnlessNeeded(replaced) }
  }

  /// Terminates a candidate that a newer build has superseded.
  private mutating func supersedeCandidate() {
    guard let candidate else { return }
    report(.superseded(candidate))
    terminate(candidate)
  }

  /// Starts a program as a new generation, and returns the generation's number.
  private mutating func start(
    _ artifact: Artifact, as role: Generation.Role, because reason: Generation.Reason
  ) -> Int {
    isStale = false
    lastNumber += 1
    let isHeld = role == .candidate
    let readiness = Readiness(
      isHeld ? .held : .alone(awaitsListener: programs.goodListens), timing.conditions)
    generations[lastNumber] = Generation(
      artifact: artifact, reason: reason, role: role, startedAt: now, readiness: readiness, isHeld: isHeld)
    act(.start(lastNumber, artifact, held: isHeld))
    return lastNumber
  }

  /// Starts a program while no other generation is live. It accepts as soon as it can.
  mutating func startServing(_ artifact: Artifact, because reason: Generation.Reason) {
    let number = start(artifact, as: .live, because: reason)
    reportSuccess(.started(number))
    awaitReadiness(of: number)
  }

  /// Sets the deadlines for probation and health.
  mutating func putOnProbation(_ number: Int) {
    set(.probation(number), after: timing.probation)
    set(.health(number), after: timing.health)
  }

  /// Records that a generation listens at an address.
  mutating func listening(_ number: Int, at address: String) {
    guard var generation = generations[number] else { return }
    defer { generations[number] = generation }
    generation.listens = true
    if !generation.addresses.contains(address) { generation.addresses.append(address) }
    if generation.hasPassedProbation, generation.artifact == programs.good { programs.goodListens = true }
    if generation.role == .live { listens(generation, number, at: address) }
  }

  /// Reports that the live generation listens at an address.
  private mutating func listens(_ generation: Generation, _ number: Int, at address: String) {
    reportSuccess(.serving(number, address))
    outputs.append(.serves(addresses: generation.addresses, isOpened: true))
    // Otherwise the same program was restarted.
    if generation.artifact != programs.shown { reloadPages(from: generation) }
    runHook(number)
  }

  /// Reloads the pages of browsers, because this generation serves them now.
  mutating func reloadPages(from generation: Generation) {
    programs.shown = generation.artifact
    outputs.append(.reloadPages)
  }

  /// Runs the user's command after a swap, once for each generation, which may have several listeners.
  private mutating func runHook(_ number: Int) {
    if number <= lastHooked { return }
    lastHooked = number
    act(.runHook(number))
  }

  /// Handles a server that cannot be held. A candidate may then be accepting beside the live generation, so
  /// it is stopped, and is started again after the live generation has ended.
  mutating func unholdable(_ number: Int, at address: String) {
    guard var generation = generations[number] else { return }
    let isNew = !generation.addresses.contains(address)
    generation.isUnholdable = true
    if isNew { generation.addresses.append(address) }
    generations[number] = generation
    if isNew, generation.role == .live { listens(generation, number, at: address) }
    guard number == candidate, swap == .waiting, !isEnding, let live else { return }
    terminate(number)
    replace(live, by: generation.artifact)
  }

  /// Reports the addresses of the generation before this one that nothing listens at any more. A swap reports
  /// them itself.
  mutating func addresses(_ addresses: [String], of number: Int) {
    guard number == live, let generation = generations[number] else { return }
    let closed = formerAddresses.filter { !addresses.contains($0) && !generation.addresses.contains($0) }
    formerAddresses = []
    if !closed.isEmpty { report(.closed(number, closed)) }
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
    formerAddresses = []
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

  /// Introduces the program that was queued during the swap.
  mutating func introduceNext() {
    guard let artifact = programs.queued, !isEnding else { return }
    programs.queued = nil
    introduce(artifact, replaces: true)
  }

  /// Ends the probation of the live generation: its program is now the last good one, and the fallback is
  /// drained.
  mutating func passedProbation(_ number: Int) {
    guard let generation = generations[number], generation.role == .live else { return }
    generations[number]?.hasPassedProbation = true
    becameGood(generation)
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
