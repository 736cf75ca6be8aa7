/// Decides how the programs of one service are rolled out: started, swapped, rolled back, restarted and ended.
///
/// At most one generation is live (``Generation/Role/live``), and only that one accepts. A new generation
/// starts as a held ``candidate`` beside it. When the candidate is ready, the live generation is paused, and
/// then the candidate is released. The old generation stays as the ``fallback`` until the new one has passed
/// its probation. Any number of generations may be draining.
struct Rollout: Equatable, Sendable {
  /// The progress of a swap.
  enum Swap: Equatable, Sendable {
    /// There is no swap, or the candidate is not ready yet.
    case waiting
    /// The live generation was asked to stop accepting.
    case pausing
    /// The live generation has failed to stop accepting for the second time, and is being terminated. The
    /// candidate is released when it has ended.
    case forcing(Int)
    /// The candidate was asked to accept.
    case releasing
    /// Waiting for this generation to exit. It may still be accepting, so nothing else is released until it
    /// is gone. It is a candidate that did not confirm in time that it accepts, or an old generation whose
    /// candidate has died.
    case withdrawing(Int)
  }

  /// A decision. ``Reloader`` turns it into an ``Action``, and decides about builds itself.
  enum Output: Equatable, Sendable {
    case action(ServiceAction)
    case set(ServiceDeadline, after: Duration)
    case cancel(ServiceDeadline)
    case report(Report)
    /// The service does not run the newest code for this reason, or does again.
    case failure(Report?)
    /// New code serves the pages of browsers.
    case reloadPages
    /// The live generation listens at these addresses.
    case serves(addresses: [String], isOpened: Bool)
    /// A program must be built. If `isClean`, the incremental build may have been wrong.
    case build(isClean: Bool)
  }

  /// The limits that apply now.
  var timing: Timing
  /// Whether the service ends: everything is terminated, and nothing is started any more.
  var isEnding = false
  /// The programs that matter.
  var programs = Programs()
  /// The restarts of a server that has ended.
  var backoff: Backoff
  /// The progress of the current swap.
  var swap = Swap.waiting
  /// All generations whose processes have not ended, by number.
  var generations: [Int: Generation] = [:]
  /// The number of the generation that was started last.
  var lastNumber = 0
  /// The generation that is being stopped before the queued program is started.
  var generationBeingReplaced: Int?
  /// The health of the live generation; `nil` while it is not checked.
  var liveness: Liveness?
  /// Whether the live generation was started before the last ``Event/restartWanted(_:)``.
  var isStale = false
  /// The news of live generations that were passed on.
  var announced = Announced()
  /// The time of the event that is being handled.
  var now: ContinuousClock.Instant
  /// The decisions of the current event so far.
  var outputs: [Output] = []

  /// Creates the state in which nothing runs.
  init(timing: Timing, at now: ContinuousClock.Instant) {
    self.timing = timing
    self.now = now
    backoff = Backoff(delay: timing.backoff)
  }

  /// Applies changed settings. The next restart waits for the new delay, unless the delay has doubled.
  mutating func use(_ timing: Timing) {
    backoff.delay =
      backoff.delay == self.timing.backoff ? timing.backoff : min(backoff.delay, timing.backoffLimit)
    self.timing = timing
  }

  /// Adds an action.
  mutating func act(_ action: ServiceAction) { outputs.append(.action(action)) }

  /// Sets a deadline.
  mutating func set(_ deadline: ServiceDeadline, after duration: Duration) {
    outputs.append(.set(deadline, after: duration))
  }

  /// Cancels a deadline.
  mutating func cancel(_ deadline: ServiceDeadline) { outputs.append(.cancel(deadline)) }

  /// Adds a report.
  mutating func report(_ report: Report) { outputs.append(.report(report)) }

  /// Adds a report that says why the newest code does not run.
  mutating func reportFailure(_ report: Report) { outputs += [.failure(report), .report(report)] }

  /// Adds a report that says that the newest code runs.
  mutating func reportSuccess(_ report: Report) { outputs += [.failure(nil), .report(report)] }

  /// Whether nothing is being started or swapped.
  var isSettled: Bool {
    candidate == nil && programs.queued == nil && generationBeingReplaced == nil && swap == .waiting
  }

  /// Whether every process of the service has ended, after it was asked to end.
  var hasEnded: Bool { isEnding && generations.isEmpty }

  /// The number of the live generation, or of one that starts alone.
  var live: Int? { generation(in: .live) }

  /// The number of the held generation.
  var candidate: Int? { generation(in: .candidate) }

  /// The number of the paused generation that is resumed if the live one dies.
  var fallback: Int? { generation(in: .fallback) }

  /// Returns the generation with this role. There is at most one of each role, except
  /// ``Generation/Role/draining``.
  private func generation(in role: Generation.Role) -> Int? {
    generations.first { $0.value.role == role }?.key
  }

  /// Forwards what a generation did to its handler.
  mutating func generation(_ number: Int, did event: GenerationEvent) {
    guard generations[number] != nil else { return }
    switch event {
    case .listening(let address): listening(number, at: address)
    case .unholdable(let address): unholdable(number, at: address)
    case .addresses(let addresses): self.addresses(addresses, of: number)
    case .listeners(let listeners): readiness(of: number, handles: .listeners(listeners))
    case .notified: readiness(of: number, handles: .notified)
    case .pageAnswered(let answer): readiness(of: number, handles: .pageAnswered(answer))
    case .commandEnded(let result): readiness(of: number, handles: .commandEnded(result))
    case .healthAnswered(let answer): healthAnswered(number, answer)
    case .needs(let duration): needs(number, duration)
    case .paused(let connections): paused(number, connections)
    case .pauseFailed: pauseFailed(number)
    case .released: released(number)
    case .drained: drained(number)
    case .ended(let ending): ended(number, ending)
    }
  }

  /// Forwards a deadline that was reached to its handler.
  mutating func deadlineReached(_ deadline: ServiceDeadline) {
    switch deadline {
    case .readiness(let number, let timer): readiness(of: number, handles: .due(timer))
    case .pause(let number): pauseFailed(number)
    case .release(let number): notReleased(number)
    case .probation(let number): passedProbation(number)
    case .drain(let number): drainTimedOut(number)
    case .termination(let number): terminationTimedOut(number)
    case .restart: restart()
    case .health(let number):
      if generations[number]?.role == .live { backoff.reset(to: timing.backoff) }
    case .liveness(let number): checkIsDue(for: number)
    }
  }
}
