import RandomNumbers
import Reloader

// The effect of an action on the world, and the check that it is allowed now.

extension SimulatedWorld {
  mutating func perform(_ action: Action, after event: Event?) throws(Violation) {
    switch action {
    case .speculate(let paths): try speculate(paths)
    case .cancelSpeculation: builder.speculation = []
    case .startBuild(let ids, let isClean):
      guard interrupts == 0 else { throw Violation(.oneBuild, "a build is started on the way out") }
      guard !has(.opening) else { throw Violation(.buildsForRunning, "a service is still being opened") }
      try builder.start(ids, isClean: isClean, open: open)
    case .cancelBuild:
      guard event?.isBuilt == true || interrupts == 1 else {
        throw Violation(.newestWins, "a build is cancelled, and nothing was saved")
      }
      try builder.cancel()
    case .killBuild:
      guard builder.state != .idle, interrupts > 1 else {
        throw Violation(.oneBuild, "no build is to be killed")
      }
    case .service(let id, let action): try perform(action, of: id, after: event)
    case .reloadPages(.code):
      guard case .generation(let id, _, _) = event else {
        throw Violation(.pagesFollow, "pages are reloaded, and no server has done anything")
      }
      try service(id)?.reloadPages()
    case .reloadPages: break  // checked after the event
    case .servePages(let id, let addresses, _): service(id)?.pageAddresses = addresses
    case .showFailure(nil, let report): buildFailure = report
    case .showFailure(let id?, let report): service(id)?.failure = report
    case .cycleBegan: isCycleOpen = true
    case .cycleEnded:
      guard isCycleOpen else { throw Violation(.cycle, "a cycle ends that is not open") }
      isCycleOpen = false
    case .touchCounts(let counts): touchCounts = counts
    case .allServe:
      guard !hasAnnounced else { throw Violation(.allServe, "told twice that all serve") }
      guard allServe, interrupts == 0 else { throw Violation(.allServe, "told too early that all serve") }
      hasAnnounced = true
    case .set(let deadline, let delay): try set(deadline, after: delay, because: event)
    case .cancel(let deadline):
      timers[deadline] = nil
      if case .service(let id, .liveness(let number)) = deadline {
        service(id)?.processes[number]?.health.interrupt()
      }
    case .report: break
    case .leave: try leave()
    }
  }

  private mutating func perform(_ action: ServiceAction, of id: ServiceID, after event: Event?)
    throws(Violation)
  {
    if action == .open, has(.ending) {
      throw Violation(.opensAfterEnd, "\(id) is opened, and a removed service may listen at its address")
    }
    if action == .close, builder.services.contains(id) {
      throw Violation(.closesOnce, "\(id) is closed while it is being built")
    }
    let neverListens = service(id).map { $0.onlyWorkers || !$0.newProcessesListen && random.chance(10) }
    try service(id)?.perform(
      action, after: event, opens: neverListens == true ? [] : randomAddresses(), isForced: interrupts > 1,
      at: now)
  }

  /// Returns the addresses of new code: usually one, sometimes two, or another one.
  private mutating func randomAddresses() -> Set<String> {
    let all = ["127.0.0.1:8080", "127.0.0.1:8081"]
    if random.chance(70) { return [all[0]] }
    return random.chance(70) ? Set(all) : [all[1]]
  }

  private mutating func speculate(_ paths: [String]) throws(Violation) {
    guard builder.state == .idle, builder.unbuilt.isEmpty, interrupts == 0 else {
      throw Violation(.speculationOnlyAtRest, "\(paths) are compiled although a build comes")
    }
    builder.speculation.formUnion(paths)
  }

  private mutating func set(_ deadline: Deadline, after delay: Duration, because event: Event?)
    throws(Violation)
  {
    timersSet += 1
    timers[deadline] = (now + delay, timersSet)
    guard case .service(let id, let deadline) = deadline, let timing = service(id)?.timing else { return }
    if deadline == .restart { try service(id)?.scheduleRestart() }
    if case .drain(let number) = deadline { service(id)?.processes[number]?.isDraining = true }
    if case .generation(_, _, .needs) = event { return }
    let limit: Duration? =
      switch deadline {
      case .readiness(_, .slowStart): timing.slowStart
      case .readiness(_, .timeout): timing.readiness
      case .readiness(_, .quiet): .seconds(1)
      case .readiness(_, .retry): .milliseconds(250)
      case .pause, .release: timing.handover
      case .probation: timing.probation
      case .drain: timing.drain
      case .termination: timing.grace
      case .health: timing.health
      case .readiness(_, .delay), .restart, .liveness: nil
      }
    guard limit == nil || limit == delay else {
      throw Violation(.deadlines, "\(deadline) is after \(delay)")
    }
  }

  private mutating func leave() throws(Violation) {
    guard !hasLeft else { throw Violation(.silenceAfterExit, "left twice") }
    guard interrupts > 0 else { throw Violation(.nothingStaysBehind, "left without being asked") }
    guard builder.state == .idle, builder.speculation.isEmpty, timers.isEmpty,
      services.allSatisfy({ $0.state == .closed })
    else { throw Violation(.nothingStaysBehind, "left, with something behind") }
    hasLeft = true
  }
}

extension Event {
  /// Whether files were saved that the build reads.
  var isBuilt: Bool { if case .saved(let saves) = self { saves.isBuilt } else { false } }
}
