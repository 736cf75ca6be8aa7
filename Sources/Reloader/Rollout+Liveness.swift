// The health of the live generation. When it is given up is decided by Liveness.

extension Rollout {
  /// Checks the live generation as long as nothing is being started or swapped, and no other one. Called after each
  /// event.
  mutating func updateLiveness() {
    let number = generationToCheck
    let checks = number.map { healthChecks(of: $0) } ?? []
    if let liveness {
      if liveness.generation == number, liveness.checks == checks, liveness.conditions == timing.liveness {
        return
      }
      decideLiveness { $0.stop() }
      self.liveness = nil
    }
    guard let number, !checks.isEmpty, let start = generations[number]?.startedAt else { return }
    liveness = Liveness(of: number, checks, timing.liveness)
    decideLiveness { [now] in $0.begin(age: start.duration(to: now)) }
  }

  /// Begins a round of checks of a generation.
  mutating func checkIsDue(for number: Int) {
    if liveness?.generation == number { decideLiveness { $0.due() } }
  }

  /// Handles the answer to a check of a generation.
  mutating func healthAnswered(_ number: Int, _ answer: Liveness.Answer) {
    if liveness?.generation == number { decideLiveness { $0.answered(answer) } }
  }

  /// The live generation, if it accepts and nothing is about to take its place.
  private var generationToCheck: Int? {
    guard !isEnding, isSettled, let live, let generation = generations[live],
      generation.readiness.phase == .ready, !generation.pause.isResuming
    else { return nil }
    return live
  }

  /// Returns the checks of a generation. A page or a connection needs a listener that is held.
  private func healthChecks(of number: Int) -> [Liveness.Check] {
    guard let generation = generations[number] else { return [] }
    var checks: [Liveness.Check] = []
    if generation.listens, !generation.isUnholdable {
      if let path = timing.liveness.path { checks.append(.page(path)) }
      if timing.liveness.accepts { checks.append(.connection) }
    }
    return checks + (timing.liveness.hasCommand ? [.command] : [])
  }

  /// Lets the liveness decide, and performs its actions.
  private mutating func decideLiveness(_ body: (inout Liveness) -> [Liveness.Action]) {
    guard var liveness else { return }
    let actions = body(&liveness)
    self.liveness = liveness
    let number = liveness.generation
    for action in actions {
      switch action {
      case .check(let check, let limit): act(.checkHealth(number, check, within: limit))
      case .cancelCheck: act(.cancelHealthCheck(number))
      case .set(let duration): set(.liveness(number), after: duration)
      case .cancelTimer: cancel(.liveness(number))
      case .giveUp(let failure): giveUp(number, failure)
      }
    }
  }

  /// Terminates a live generation that does not work. It may still accept, so nothing else does before it has ended.
  /// Then the fallback is live again, or the policy decides about a restart.
  private mutating func giveUp(_ number: Int, _ failure: Liveness.Failure) {
    reportFailure(.unhealthy(number, failure, fallback: fallback))
    generations[number]?.isUnhealthy = true
    cancel(.probation(number))
    if fallback == nil { generationBeingReplaced = number } else { swap = .withdrawing(number) }
    terminate(number)
  }
}
