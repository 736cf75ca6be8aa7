/// The build of a session, which is one for all services.
struct Builds: Equatable, Sendable {
  /// The state of the builder.
  enum State: Equatable, Sendable {
    /// No build is running.
    case idle
    /// A build is running since this time.
    case running(since: ContinuousClock.Instant)
    /// The build is being cancelled, because of a newer save (another build follows) or because hotreload stops.
    case cancelling
  }

  /// The state of the builder.
  private(set) var state = State.idle
  /// The services for which the build runs.
  private(set) var building: Set<ServiceID> = []
  /// The services for which another build is needed, as soon as none runs.
  private(set) var wanted: Set<ServiceID> = []
  /// The saved files that are being compiled speculatively, before the save is complete.
  private(set) var speculation: Set<String> = []
  /// Whether the next build compiles all of the user's sources again.
  private var isNextClean = false
  /// Whether the last build that was not superseded failed.
  private(set) var hasFailed = false
  /// Whether a build that was not superseded has succeeded.
  private(set) var hasSucceeded = false

  /// Whether no build is running.
  var isIdle: Bool { state == .idle }

  /// Returns whether a build for the service is running or wanted.
  func concerns(_ service: ServiceID) -> Bool { building.contains(service) || wanted.contains(service) }

  /// Adds files to the speculative build, unless a build runs. Returns whether they were added.
  mutating func speculate(_ paths: [String]) -> Bool {
    guard isIdle, wanted.isEmpty else { return false }
    speculation.formUnion(paths)
    return true
  }

  /// Adds services to the next build.
  mutating func want(_ services: Set<ServiceID>, isClean: Bool = false) {
    wanted.formUnion(services)
    if isClean { isNextClean = true }
  }

  /// Starts the build that is wanted, for those of its services that are `running`. Returns them, and whether the build
  /// is clean; `nil` if none is wanted or one is running.
  mutating func start(for running: Set<ServiceID>, at now: ContinuousClock.Instant)
    -> (services: [ServiceID], isClean: Bool)?
  {
    wanted.formIntersection(running)
    if wanted.isEmpty { isNextClean = false }
    guard isIdle, !wanted.isEmpty else { return nil }
    defer {
      (state, building, wanted, isNextClean) = (.running(since: now), wanted, [], false)
      speculation = []
    }
    return (wanted.sorted(), isNextClean)
  }

  /// Cancels the running build because of a newer save; its services need another one. Returns whether there is one that
  /// was not being cancelled.
  mutating func supersede() -> Bool {
    wanted.formUnion(building)
    guard case .running = state else { return false }
    state = .cancelling
    return true
  }

  /// Cancels the running build, and wants no other. Returns whether there is one that was not being cancelled.
  mutating func stop() -> Bool {
    defer { (wanted, speculation) = ([], []) }
    return supersede()
  }

  /// Notes that the build has ended. Returns the time when it was started; `nil` if it was superseded.
  mutating func ended() -> ContinuousClock.Instant? {
    defer { (state, building) = (.idle, []) }
    if case .running(let since) = state { return since }
    return nil
  }

  /// Notes the result of a build that was not superseded.
  mutating func resulted(inFailure failed: Bool) {
    hasFailed = failed
    if !failed { hasSucceeded = true }
  }
}
