// Decisions about a new program: how it is introduced, and when it is started.

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
  mutating func replace(_ number: Int, by artifact: Artifact) {
    queue(artifact)
    if let fallback { drain(fallback) }
    generationBeingReplaced = number
    swap = .pausing
    generations[number]?.pause.beganAt = now
    cancel(.probation(number))
    cancel(.health(number))
    pause(number)
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
    // A restart shows that it works when it listens, or has passed its probation.
    if reason == .restart { report(.started(number)) } else { reportSuccess(.started(number)) }
    awaitReadiness(of: number)
  }

  /// Introduces the program that was queued during the swap.
  mutating func introduceNext() {
    guard let artifact = programs.queued, !isEnding else { return }
    programs.queued = nil
    introduce(artifact, replaces: true)
  }
}
