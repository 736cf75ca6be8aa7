// Decisions about the end of a generation (drain, SIGTERM, SIGKILL) and of the service.

extension Rollout {
  /// Drains a generation that does not accept any more, then terminates it.
  mutating func drain(_ number: Int) {
    guard let generation = generations[number] else { return }
    generations[number]?.role = .draining
    if generation.pause.isDrained { return terminate(number) }
    set(.drain(number), after: timing.drain)
  }

  /// Handles the end of a generation's requests in flight.
  mutating func drained(_ number: Int) {
    // A resumed generation may have reported this while it was still paused.
    guard let generation = generations[number], generation.pause.at != nil else { return }
    generations[number]?.pause.isDrained = true
    if generation.role == .draining, !generation.terminated {
      cancel(.drain(number))
      terminate(number)
    }
  }

  /// Terminates a generation whose requests in flight took too long.
  mutating func drainTimedOut(_ number: Int) {
    guard let generation = generations[number], generation.role == .draining, !generation.terminated else {
      return
    }
    report(.drainTimedOut(number, after: timing.drain))
    terminate(number)
  }

  /// Sends SIGTERM to a generation, and sets the deadline for SIGKILL.
  mutating func terminate(_ number: Int) {
    guard generations[number]?.terminated == false else { return }
    generations[number]?.role = .draining
    generations[number]?.terminated = true
    stopReadiness(of: number)
    act(.terminate(number))
    set(.termination(number), after: timing.grace)
    generations[number]?.terminationDeadline = ExtensibleDeadline(after: timing.grace, from: now)
  }

  /// Kills a generation that did not end in time after SIGTERM.
  mutating func terminationTimedOut(_ number: Int) {
    guard generations[number] != nil else { return }
    report(.killed(number, after: timing.grace))
    act(.kill(number))
  }

  /// Handles the end of a generation that was draining or terminated.
  mutating func drainedGenerationEnded(_ number: Int, _ generation: Generation, _ ending: Ending) {
    cancel(.drain(number))
    cancel(.termination(number))
    if generation.pause.at != nil {
      let requests = generation.pause.connections.fresh + generation.pause.connections.busy
      report(.drained(number, requests: requests))
    }
    discardUnlessNeeded(generation.artifact)
    guard !isEnding else { return }
    if swap == .forcing(number), let candidate { release(candidate: candidate) }
    if swap == .withdrawing(number) { withdrawn(number, generation, ending) }
    if generationBeingReplaced == number {
      stopped(number, generation, generation.isUnhealthy ? ending : nil)
    }
  }

  /// Starts the queued program after the generation that had to be stopped has ended. The ``Ending`` is `nil` if
  /// it is not worth a report.
  mutating func stopped(_ number: Int, _ generation: Generation, _ ending: Ending? = nil) {
    generationBeingReplaced = nil
    if let artifact = programs.queued {
      programs.queued = nil
      startServing(artifact, because: .replacement)
    } else {
      restartOrReport(number, generation, ending)
    }
  }

  /// Discards a kept program if no generation runs it, and none will.
  mutating func discardUnlessNeeded(_ artifact: Artifact) {
    let runs = generations.values.contains { $0.artifact == artifact }
    if !runs, artifact != programs.good, artifact != programs.queued { act(.discard(artifact)) }
  }

  /// Ends the service: terminates everything, and kills it the second time. Returns the number of generations that it
  /// waits for, the first time.
  mutating func end() -> Int {
    if isEnding {
      for number in generations.keys.sorted() { act(.kill(number)) }
      return 0
    }
    isEnding = true
    cancelRestart()
    for number in generations.keys.sorted() { terminate(number) }
    return generations.count
  }
}
