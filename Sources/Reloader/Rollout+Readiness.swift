// The consequences of the readiness of a generation. Whether it is ready is decided by Readiness.

extension Rollout {
  /// Begins to decide whether a generation is ready.
  mutating func awaitReadiness(of number: Int) {
    guard var readiness = generations[number]?.readiness else { return }
    let actions = readiness.begin(slowStart: timing.slowStart, timeout: timing.readiness, at: now)
    generations[number]?.readiness = readiness
    perform(actions, of: number)
  }

  /// Forwards an event to the readiness of a generation.
  mutating func readiness(of number: Int, handles event: Readiness.Event) {
    guard var readiness = generations[number]?.readiness else { return }
    let actions = readiness.handle(event, at: now)
    generations[number]?.readiness = readiness
    perform(actions, of: number)
  }

  /// Ends the decision about a generation that is terminated.
  mutating func stopReadiness(of number: Int) {
    guard var readiness = generations[number]?.readiness else { return }
    let actions = readiness.stop()
    generations[number]?.readiness = readiness
    perform(actions, of: number)
  }

  /// Tells the candidate which listeners it should have: those of all generations that accept, or have accepted.
  mutating func updateNeededListeners() {
    guard let candidate else { return }
    let needed = generations.values.filter { !$0.isHeld }.reduce(into: Set<String>()) {
      $0.formUnion($1.readiness.listeners.keys)
    }
    readiness(of: candidate, handles: .needed(needed))
  }

  /// Performs the actions of the readiness of a generation.
  mutating func perform(_ actions: [Readiness.Action], of number: Int) {
    for action in actions {
      switch action {
      case .requestPage(let path): act(.requestPage(number, path: path))
      case .runCommand: act(.runReadyCommand(number))
      case .cancelCheck: act(.cancelCheck(number))
      case .set(let timer, let duration): set(.readiness(number, timer), after: duration)
      case .cancel(let timer): cancel(.readiness(number, timer))
      case .reportSlowStart: stillStarting(number)
      case .timeOut: notReady(number)
      case .ready: isReady(number)
      }
    }
  }

  /// Handles a generation that is ready: a candidate takes over, and one that has started alone is put on
  /// probation.
  private mutating func isReady(_ number: Int) {
    switch generations[number]?.role {
    case .candidate: candidateIsReady(number)
    case .live: putOnProbation(number)
    case .fallback, .draining, nil: break
    }
  }

  /// Reports that a generation is still starting.
  private mutating func stillStarting(_ number: Int) {
    guard let generation = generations[number] else { return }
    report(.stillStarting(number, unready(generation), after: timing.slowStart))
  }

  /// Handles a generation that was not ready in time. It is terminated.
  private mutating func notReady(_ number: Int) {
    guard let generation = generations[number] else { return }
    reportFailure(
      .notReady(number, unready(generation), after: timing.readiness, serving: generation.isHeld ? live : nil)
    )
    // One that is not held may accept, so nothing else may start before it has ended.
    if !generation.isHeld { generationBeingReplaced = number }
    terminate(number)
    if generation.isHeld { restartIfNothingServes(number, generation, nil) }
  }

  /// Returns what a generation that is not ready has not done yet.
  private func unready(_ generation: Generation) -> Unready {
    if case .awaiting(let condition) = generation.readiness.phase { return .pendingCondition(condition) }
    return generation.listens ? .unpolled(generation.addresses) : .silent
  }

  /// Gives a server that asks for it more time to become ready, or to end.
  mutating func needs(_ number: Int, _ duration: Duration) {
    guard let generation = generations[number], swap != .forcing(number) else { return }
    guard generation.terminated else { return readiness(of: number, handles: .needsTime(duration)) }
    if let time = generations[number]?.terminationDeadline?.extend(by: duration, at: now) {
      set(.termination(number), after: time)
    }
  }
}
