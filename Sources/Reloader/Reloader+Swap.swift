// A new program takes over: held, ready, pause, release, probation.

extension Reloader {
  /// Puts a newly built program on its way. `replaces`: something ran when it was built.
  mutating func introduce(_ artifact: Artifact, replaces: Bool = false) {
    if swap != .waiting {  // a swap is being completed; that takes milliseconds
      return queue(artifact)
    }
    let replaces = replaces || restarting || candidate != nil
    backoff = timing.backoff
    supersedeCandidate()
    cancelRestart()
    guard let serving, let old = generations[serving] else {
      if stopping != nil { return queue(artifact) }
      return startServing(artifact, because: replaces ? .replacement : .build)
    }
    if artifact == old.artifact, !isStale {
      report(.kept(serving))  // the user went back to what serves
    } else if old.listens, timing.replaces || old.isUncontrolled {
      replace(serving, by: artifact)
    } else if old.listens {
      awaitReadiness(of: start(artifact, as: .candidate, because: .replacement))
    } else {
      // Nothing of it can be handed over: stopped first, then the new one is started.
      queue(artifact)
      stopping = serving
      act(.cancel(.probation(serving)))
      terminate(serving)
    }
  }

  /// The old generation stops accepting, answers what it has, and ends; only then the new one is started. Clients wait in
  /// the kernel's queue.
  private mutating func replace(_ number: Int, by artifact: Artifact) {
    queue(artifact)
    if let fallback { leave(fallback) }
    stopping = number
    swap = .pausing
    generations[number]?.pauseBeganAt = now
    act(.cancel(.probation(number)))
    act(.cancel(.health(number)))
    act(.pause(number))
    act(.set(.pause(number), after: timing.handover))
  }

  private mutating func queue(_ artifact: Artifact) {
    let replaced = next
    next = artifact
    if let replaced { discardUnlessNeeded(replaced) }
  }

  private mutating func supersedeCandidate() {
    guard let candidate else { return }
    report(.superseded(candidate))
    isNotAwaited(candidate)
    terminate(candidate)
  }

  @discardableResult
  mutating func start(_ artifact: Artifact, as role: Generation.Role, because reason: Generation.Reason)
    -> Int
  {
    isStale = false
    lastNumber += 1
    generations[lastNumber] = Generation(artifact: artifact, reason: reason, role: role, startedAt: now)
    act(.start(lastNumber, artifact, held: role == .candidate))
    return lastNumber
  }

  /// Starts a program that nothing else serves beside: it accepts as soon as it can.
  mutating func startServing(_ artifact: Artifact, because reason: Generation.Reason) {
    let number = start(artifact, as: .serving, because: reason)
    report(.started(number))
    if lastGoodListens {
      generations[number]?.awaitsListener = true
      awaitReadiness(of: number)
    } else {
      putOnProbation(number)
    }
  }

  private mutating func awaitReadiness(of number: Int) {
    act(.set(.slowStart(number), after: timing.slowStart))
    act(.set(.readiness(number), after: timing.readiness))
    generations[number]?.deadline = now.advanced(by: timing.readiness)
  }

  /// A server asks for more time (`EXTEND_TIMEOUT_USEC` of sd_notify(3)): to become ready, or to end. Less than it has is
  /// not asked for.
  mutating func needs(_ number: Int, _ duration: Duration) {
    guard let generation = generations[number], exit == .no || generation.terminated, swap != .forcing(number)
    else { return }
    let duration = min(duration, .seconds(3600))
    guard let deadline = generation.deadline, now.advanced(by: duration) > deadline else { return }
    let awaited: Deadline = generation.terminated ? .termination(number) : .readiness(number)
    generations[number]?.deadline = now.advanced(by: duration)
    act(.set(awaited, after: duration))
  }

  private mutating func isNotAwaited(_ number: Int) {
    act(.cancel(.slowStart(number)))
    act(.cancel(.readiness(number)))
    generations[number]?.deadline = nil
  }

  private mutating func putOnProbation(_ number: Int) {
    act(.set(.probation(number), after: timing.probation))
    act(.set(.health(number), after: timing.health))
  }

  mutating func listening(_ number: Int, at address: String) {
    guard var generation = generations[number] else { return }
    defer { generations[number] = generation }
    generation.listens = true
    if !generation.addresses.contains(address) { generation.addresses.append(address) }
    if generation.proven, generation.artifact == lastGood { lastGoodListens = true }
    guard generation.role == .serving else { return }
    report(.serving(number, address))
    if generation.awaitsListener {
      generation.awaitsListener = false
      isNotAwaited(number)
      putOnProbation(number)
    }
  }

  /// A candidate may be accepting beside the serving generation: it is given up, and started again when that has ended.
  mutating func uncontrolled(_ number: Int, at address: String) {
    guard var generation = generations[number] else { return }
    let isNew = !generation.addresses.contains(address)
    generation.isUncontrolled = true
    if isNew { generation.addresses.append(address) }
    generations[number] = generation
    if isNew, generation.role == .serving { report(.serving(number, address)) }
    guard number == candidate, swap == .waiting, exit == .no, let serving else { return }
    isNotAwaited(number)
    terminate(number)
    replace(serving, by: generation.artifact)
  }

  mutating func ready(_ number: Int) {
    guard generations[number]?.role == .candidate, swap == .waiting, exit == .no else { return }
    generations[number]?.readyAt = now
    isNotAwaited(number)
    if let serving {
      swap = .pausing
      generations[serving]?.pauseBeganAt = now
      act(.pause(serving))
      act(.set(.pause(serving), after: timing.handover))
    } else {
      release(candidate: number)
    }
  }

  mutating func paused(_ number: Int, _ connections: Connections) {
    guard generations[number]?.role == .serving, swap == .pausing else { return }
    act(.cancel(.pause(number)))
    isResumed(number)
    generations[number]?.pausedAt = now
    generations[number]?.hasKeptOn = false
    generations[number]?.connections = connections
    if stopping == number {
      swap = .waiting
      return leave(number)
    }
    guard let candidate else { return abandonSwap() }
    release(candidate: candidate)
  }

  mutating func release(candidate: Int) {
    swap = .releasing
    act(.release(candidate))
    act(.set(.release(candidate), after: timing.handover))
  }

  /// The candidate accepts: from here on it serves, and the one before it finishes what it has.
  mutating func released(_ number: Int) {
    if number == serving { isResumed(number) }
    guard let candidate = generations[number], candidate.role == .candidate, swap == .releasing else {
      return
    }
    swap = .waiting
    act(.cancel(.release(number)))
    let old = serving  // if it died meanwhile, within its probation, the one before it stays as the fallback
    if let old {
      if let fallback { leave(fallback) }
      generations[old]?.role = .fallback
      act(.cancel(.probation(old)))
    }
    generations[number]?.role = .serving
    generations[number]?.listens = true
    let before = old.flatMap { generations[$0] }
    let addresses = before?.addresses ?? candidate.addresses
    report(
      .swapped(
        Swapped(
          generation: number, total: candidate.startedAt.duration(to: now),
          ready: candidate.startedAt.duration(to: candidate.readyAt ?? now),
          pause: (before?.pauseBeganAt ?? now).duration(to: now),
          connections: before?.connections ?? Connections(),
          opened: candidate.addresses.filter { !addresses.contains($0) },
          closed: addresses.filter { !candidate.addresses.contains($0) })))
    putOnProbation(number)
    introduceNext()
  }

  /// It accepts again, or need not any more.
  private mutating func isResumed(_ number: Int) {
    guard generations[number]?.isResuming == true else { return }
    generations[number]?.isResuming = false
    act(.cancel(.release(number)))
  }

  /// Goes on with what was built meanwhile.
  mutating func introduceNext() {
    guard let artifact = next, exit == .no else { return }
    next = nil
    introduce(artifact, replaces: true)
  }

  mutating func proved(_ number: Int) {
    guard let generation = generations[number], generation.role == .serving else { return }
    generations[number]?.proven = true
    becameGood(generation)
    if let fallback { leave(fallback) }
  }

  mutating func becameGood(_ generation: Generation) {
    let replaced = lastGood
    lastGood = generation.artifact
    lastGoodListens = generation.listens
    if let replaced { discardUnlessNeeded(replaced) }
  }
}
