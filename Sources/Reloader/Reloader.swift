/// Decides what to do about every save, build and death. Events in, actions out: no I/O, and time comes in with the
/// event.
///
/// At most one generation is ``Generation/Role/serving``, and only that one accepts. A ``candidate`` starts held beside
/// it; when it is ready, the serving one is paused, then the candidate released. The old one stays as ``fallback``
/// until the new one has outlived its probation. Generations that are leaving may be any number.
package struct Reloader: Sendable {
  /// Where a swap stands.
  enum Swap: Equatable, Sendable {
    /// None, or the candidate is not ready yet.
    case waiting
    /// The serving generation has been asked to stop accepting.
    case pausing
    /// The serving generation has not done so, another time, and is ended: then the candidate is released.
    case forcing(Int)
    /// The candidate has been asked to accept.
    case releasing
    /// This one may accept, and is ended; until it is gone nobody else is released: a candidate that did not say in time
    /// that it accepts, or a generation that was ended for a candidate that is gone.
    case withdrawing(Int)
  }

  /// What the builder does.
  enum Build: Equatable, Sendable {
    case idle
    case running(since: ContinuousClock.Instant)
    /// Being ended, because of a newer save (then another follows) or because we leave.
    case cancelling
  }

  /// How far we are on the way out.
  enum Exit: Equatable, Sendable {
    case no, asked, left
  }

  var timing: Timing
  var build = Build.idle
  var exit = Exit.no
  /// The last build that was not superseded failed.
  var hasFailed = false
  /// What the last build has made that succeeded and was not superseded.
  var lastBuilt: Artifact?
  /// A program whose build may have left out something that had to be compiled.
  var doubtful: Artifact?
  var swap = Swap.waiting
  var generations: [Int: Generation] = [:]
  var lastNumber = 0
  /// The program of the last generation that outlived its probation.
  var lastGood: Artifact?
  /// That generation listened: clients may wait, and a program that does not listen is not in working order.
  var lastGoodListens = false
  /// A program that was built while a swap was being completed, or while a program that does not listen is stopped.
  var next: Artifact?
  /// The generation that is being stopped for `next`: it did not listen when that began, but it may since.
  var stopping: Int?
  /// What runs was started before the last ``Event/restartWanted(_:)``.
  var isStale = false
  /// The wait before the next restart.
  var backoff: Duration
  /// A restart has been scheduled.
  var restarting = false
  var now: ContinuousClock.Instant = .now
  var actions: [Action] = []

  /// Nothing runs yet; ``start(at:)`` builds.
  package init(timing: Timing = Timing()) {
    self.timing = timing
    backoff = timing.backoff
  }

  /// Begins with a build.
  package mutating func start(at now: ContinuousClock.Instant) -> [Action] {
    deciding(at: now) { $0.startBuild() }
  }

  /// Takes in one event; returns what is to be done, in order.
  package mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] {
    deciding(at: now) { reloader in
      switch event {
      case .changed(let paths): reloader.filesChanged(paths)
      case .restartWanted(let paths): reloader.restartWanted(paths)
      case .timing(let timing): reloader.timing = timing
      case .built(let outcome): reloader.buildEnded(outcome)
      case .generation(let number, let event): reloader.generation(number, did: event)
      case .due(let deadline): reloader.came(deadline)
      case .interrupted: reloader.interrupted()
      }
    }
  }

  private mutating func deciding(at now: ContinuousClock.Instant, _ body: (inout Reloader) -> Void)
    -> [Action]
  {
    self.now = now
    actions = []
    body(&self)
    leaveIfAllIsEnded()
    return actions
  }

  mutating func act(_ action: Action) { actions.append(action) }

  mutating func report(_ report: Report) { actions.append(.report(report)) }

  /// The generation that accepts, or is about to.
  var serving: Int? { the(.serving) }

  /// The new one that is held.
  var candidate: Int? { the(.candidate) }

  /// The one that would be resumed.
  var fallback: Int? { the(.fallback) }

  /// There is at most one of each role, but for those that are leaving.
  private func the(_ role: Generation.Role) -> Int? {
    generations.first { $0.value.role == role }?.key
  }

  private mutating func generation(_ number: Int, did event: GenerationEvent) {
    guard generations[number] != nil else { return }
    switch event {
    case .listening(let address): listening(number, at: address)
    case .uncontrolled(let address): uncontrolled(number, at: address)
    case .unready(let reason): generations[number]?.obstacle = reason
    case .needs(let duration): needs(number, duration)
    case .ready: ready(number)
    case .paused(let connections): paused(number, connections)
    case .refusedPause: notPaused(number)
    case .released: released(number)
    case .settled: settled(number)
    case .ended(let ending): ended(number, ending)
    }
  }

  private mutating func came(_ deadline: Deadline) {
    switch deadline {
    case .slowBuild: if case .running(let since) = build { report(.stillBuilding(since.duration(to: now))) }
    case .slowStart(let number): stillStarting(number)
    case .readiness(let number): notReady(number)
    case .pause(let number): notPaused(number)
    case .release(let number): notReleased(number)
    case .probation(let number): proved(number)
    case .settling(let number): drainTimedOut(number)
    case .termination(let number): terminationTimedOut(number)
    case .restart: restart()
    case .health(let number):
      if generations[number]?.role == .serving { backoff = timing.backoff }
    }
  }
}
