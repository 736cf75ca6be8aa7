/// Decides what to do about saves, builds and the ends of processes. It turns events into actions, does no
/// I/O, and gets the time with each event.
///
/// There is one reloader in a session. It has one ``Builds`` for all services, and a ``Rollout`` for each of them.
package struct Reloader: Sendable {
  /// The time after which a build is reported as still running. The first build is never reported.
  package static let slowBuild: Duration = .seconds(5)

  /// The progress of hotreload's own end.
  enum Exit: Equatable, Sendable {
    case no, asked, left
  }

  /// The build.
  var builds = Builds()
  /// The services that run, and those that were removed from the settings and have not ended.
  var rollouts: [ServiceID: Rollout] = [:]
  /// The services that wait until a removed one has ended, because they may listen at its address.
  var waiting: [ServiceID: Timing] = [:]
  /// The services that are being opened.
  var opening: [ServiceID: Timing] = [:]
  /// The services among these that were removed from the settings meanwhile.
  var abandoned: Set<ServiceID> = []
  /// Whether a build cycle is open: something that a save has set off is not done.
  var isCycleOpen = false
  /// Whether a save that changes nothing counts, as it was last told.
  var touchCounts = false
  /// Why the newest code does not run: by service, and `nil` for the build.
  var failures: [ServiceID?: Report] = [:]
  /// The services that have not served yet; `nil` once all have.
  var unserved: Set<ServiceID>?
  /// The progress of hotreload's own end.
  var exit = Exit.no
  /// The time of the event that is being handled.
  var now: ContinuousClock.Instant
  /// The actions that the current event has caused so far.
  var actions: [Action] = []

  /// Creates the state in which nothing runs. The services are open. ``start(at:)`` starts the first build.
  package init(_ services: [ServiceID: Timing], at now: ContinuousClock.Instant) {
    self.now = now
    unserved = Set(services.keys)
    for (service, timing) in services { rollouts[service] = Rollout(timing: timing, at: now) }
  }

  /// Starts the first build.
  package mutating func start(at now: ContinuousClock.Instant) -> [Action] {
    deciding(at: now) { reloader in
      reloader.beginCycle()
      reloader.buildAll()
    }
  }

  /// Handles an event. Returns the resulting actions in order.
  package mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] {
    deciding(at: now) { reloader in
      switch event {
      case .appeared(let paths): reloader.appeared(paths)
      case .saved(let saves): reloader.saved(saves)
      case .reloadWanted: reloader.reloadWanted()
      case .opened(let service): reloader.opened(service)
      case .notOpened(let service): reloader.notOpened(service)
      case .built(let outcomes): reloader.buildEnded(outcomes)
      case .generation(let service, let number, let event):
        reloader.generation(number, of: service, did: event)
      case .due(.slowBuild): reloader.stillBuilding()
      case .due(.service(let service, let deadline)): reloader.on(service) { $0.deadlineReached(deadline) }
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
    startBuild()
    closeEnded()
    tellAllServe()
    endCycle()
    tellTouches()
    return actions
  }

  /// The services that have not been asked to end.
  var running: Set<ServiceID> { Set(rollouts.filter { !$0.value.isEnding }.keys) }

  /// Adds an action.
  mutating func act(_ action: Action) { actions.append(action) }

  /// Adds a report about the build, or about all services.
  mutating func report(_ report: Report) { act(.report(nil, report)) }

  /// Lets a service decide, and turns its decisions into actions.
  @discardableResult
  mutating func on<Result>(_ service: ServiceID, _ body: (inout Rollout) -> Result) -> Result? {
    guard rollouts[service] != nil else { return nil }
    rollouts[service]?.now = now
    let result = rollouts[service].map { rollout in
      var rollout = rollout
      defer { rollouts[service] = rollout }
      let result = body(&rollout)
      rollout.updateNeededListeners()
      rollout.updateLiveness()
      return result
    }
    let outputs = rollouts[service]?.outputs ?? []
    rollouts[service]?.outputs = []
    for output in outputs { take(output, of: service) }
    return result
  }

  /// Records and shows why the newest code does not run, or that it does. `nil` for a service means the build.
  mutating func showFailure(_ service: ServiceID?, _ report: Report?) {
    failures[service] = report
    act(.showFailure(service, report))
  }

  private mutating func take(_ output: Rollout.Output, of service: ServiceID) {
    switch output {
    case .action(let action): act(.service(service, action))
    case .set(let deadline, let duration): act(.set(.service(service, deadline), after: duration))
    case .cancel(let deadline): act(.cancel(.service(service, deadline)))
    case .report(let report): act(.report(service, report))
    case .failure(let report): showFailure(service, report)
    case .reloadPages: act(.reloadPages(.code))
    case .serves(let addresses, let isOpened):
      act(.servePages(service, addresses: addresses, isOpened: isOpened))
      serves(service)
    case .build(let isClean): build(service, isClean: isClean)
    }
  }

  private mutating func generation(_ number: Int, of service: ServiceID, did event: GenerationEvent) {
    if event == .notified { serves(service) }
    on(service) { $0.generation(number, did: event) }
  }

  /// Notes that a service listens or has said that it is ready.
  private mutating func serves(_ service: ServiceID) { unserved?.remove(service) }

  /// Tells once that all services serve: when the last one does, or when it is removed.
  private mutating func tellAllServe() {
    guard exit == .no, unserved?.isEmpty == true, opening.isEmpty, waiting.isEmpty, !running.isEmpty else {
      return
    }
    unserved = nil
    act(.allServe)
  }
}
