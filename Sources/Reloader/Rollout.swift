/// Decides what to do about saves, builds and the ends of processes. It turns events into actions, does no
/// I/O, and gets the time with each event.
///
/// At most one generation is live (``Generation/Role/live``), and only that one accepts. A new generation
/// starts as a held ``candidate`` beside it. When the candidate is ready, the live generation is paused, and
/// then the candidate is released. The old generation stays as the ``fallback`` until the new one has passed
/// its probation. Any number of generations may be draining.
package struct Reloader: Sendable {
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

  /// The state of the builder.
  enum Build: Equatable, Sendable {
    /// No build is running.
    case idle
    /// A build is running since this time.
    case running(since: ContinuousClock.Instant)
    /// The build is being cancelled, because of a newer save (another build follows) or because hotreload
    /// stops.
    case cancelling
  }

  /// The progress of hotreload's own end.
  enum Exit: Equatable, Sendable {
    case no, asked, left
  }

  /// The limits that apply now.
  var timing: Timing
  /// The state of the builder.
  var build = Build.idle
  /// The progress of hotreload's own end.
  var exit = Exit.no
  /// Whether the last build that was not superseded failed.
  var hasFailed = false
  /// The program of the last build that succeeded and was not superseded.
  var lastBuilt: Artifact?
  /// The program of an incremental build that may have missed something.
  var doubtful: Artifact?
  /// The progress of the current swap.
  var swap = Swap.waiting
  /// All generations whose processes have not ended, by number.
  var generations: [Int: Generation] = [:]
  /// The number of the generation that was started last.
  var lastNumber = 0
  /// The program of the last generation that passed its probation.
  var lastGood: Artifact?
  /// Whether that generation listened. If so, clients may be waiting, and a program that does not listen is
  /// not ready.
  var lastGoodListens = false
  /// The queued program. It was built during a swap, or while an old generation is being stopped.
  var queuedArtifact: Artifact?
  /// The generation that is being stopped before `queuedArtifact` is started.
  var generationBeingReplaced: Int?
  /// The addresses of the last generation that was live and ended before its successor was started. Those that
  /// the successor does not listen at are reported once it has had the time to open its listeners.
  var formerAddresses: [String] = []
  /// Whether the live generation was started before the last ``Event/restartWanted(_:)``.
  var isStale = false
  /// The delay before the next restart.
  var backoff: Duration
  /// Whether a restart is scheduled.
  var restarting = false
  /// The time of the event that is being handled.
  var now: ContinuousClock.Instant = .now
  /// The actions that the current event has caused so far.
  var actions: [Action] = []

  /// Creates the state in which nothing runs. ``start(at:)`` starts the first build.
  package init(timing: Timing = Timing()) {
    self.timing = timing
    backoff = timing.backoff
  }

  /// Starts the first build.
  package mutating func start(at now: ContinuousClock.Instant) -> [Action] {
    deciding(at: now) { $0.startBuild() }
  }

  /// Handles an event. Returns the resulting actions in order.
  package mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] {
    deciding(at: now) { reloader in
      switch event {
      case .changed(let paths): reloader.filesChanged(paths)
      case .restartWanted(let paths): reloader.restartWanted(paths)
      case .timing(let timing): reloader.timing = timing
      case .built(let outcome): reloader.buildEnded(outcome)
      case .generation(let number, let event): reloader.generation(number, did: event)
      case .due(let deadline): reloader.deadlineReached(deadline)
      case .interrupted: reloader.interrupted()
      }
    }
  }

  /// Runs `body` as the handler of one event, and returns its actions.
  private mutating func deciding(at now: ContinuousClock.Instant, _ body: (inout Reloader) -> Void)
    -> [Action]
  {
    self.now = now
    actions = []
    body(&self)
    leaveIfAllIsEnded()
    return actions
  }

  /// Adds an action.
  mutating func act(_ action: Action) { actions.append(action) }

  /// Adds a report.
  mutating func report(_ report: Report) { actions.append(.report(report)) }

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
  private mutating func generation(_ number: Int, did event: GenerationEvent) {
    guard generations[number] != nil else { return }
    switch event {
    case .listening(let address): listening(number, at: address)
    case .unholdable(let address): unholdable(number, at: address)
    case .addresses(let addresses): self.addresses(addresses, of: number)
    case .unready(let reason): generations[number]?.pendingCondition = reason
    case .needs(let duration): needs(number, duration)
    case .ready: ready(number)
    case .paused(let connections): paused(number, connections)
    case .pauseFailed: pauseFailed(number)
    case .released: released(number)
    case .drained: drained(number)
    case .ended(let ending): ended(number, ending)
    }
  }

  /// Forwards a deadline that was reached to its handler.
  private mutating func deadlineReached(_ deadline: Deadline) {
    switch deadline {
    case .slowBuild: if case .running(let since) = build { report(.stillBuilding(since.duration(to: now))) }
    case .slowStart(let number): stillStarting(number)
    case .readiness(let number): notReady(number)
    case .pause(let number): pauseFailed(number)
    case .release(let number): notReleased(number)
    case .probation(let number): passedProbation(number)
    case .drain(let number): drainTimedOut(number)
    case .termination(let number): terminationTimedOut(number)
    case .restart: restart()
    case .health(let number):
      if generations[number]?.role == .live { backoff = timing.backoff }
    }
  }
}
