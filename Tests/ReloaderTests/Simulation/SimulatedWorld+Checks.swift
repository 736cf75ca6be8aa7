@testable import Reloader

// The invariants that hold after an event and all its actions.

extension SimulatedWorld {
  /// Checks the actions of one event together. `restarting` are the services that were waiting for a restart.
  func check(_ actions: [Action], after event: Event?, restarting: Set<ServiceID>) throws(Violation) {
    if case .saved(let saves) = event, interrupts == 0 {
      try checkPages(saves.pages, actions)
      if saves.isBuilt, builder.state == .running, !actions.contains(where: \.startsBuild) {
        throw Violation(.newestWins, "a save does not cancel the build")
      }
    } else if actions.contains(where: { $0 == .reloadPages(.files) || $0 == .reloadPages(.styles) }) {
      throw Violation(.pagesFollow, "pages are reloaded, and no file of theirs was saved")
    }
    if actions.contains(.cycleBegan), event?.beginsCycle == false {
      throw Violation(.cycle, "a cycle begins, and nothing was saved")
    }
    guard case .built(let outcomes) = event, builder.state != .cancelled else { return }
    if outcomes.values.contains(.failed) { try checkFailedBuild(actions, restarting) }
  }

  private func checkPages(_ pages: PageReload?, _ actions: [Action]) throws(Violation) {
    let reloads = actions.filter { if case .reloadPages = $0 { true } else { false } }
    guard reloads == (pages.map { [.reloadPages($0)] } ?? []) else {
      throw Violation(.pagesFollow, "a save of \(pages, default: "nothing") for pages causes \(reloads)")
    }
  }

  /// Checks that a failed build changes no service, except those that were waiting for it to be restarted or to end.
  private func checkFailedBuild(_ actions: [Action], _ restarting: Set<ServiceID>) throws(Violation) {
    for case .service(let id, let action) in actions
    where action != .close && action != .open && !restarting.contains(id) {
      throw Violation(.failureChangesNothing, "a failed build causes \(action)")
    }
  }

  /// Checks the invariants that hold between any two events.
  mutating func checkState() throws(Violation) {
    if let stray = timers.keys.first(where: isStray) {
      throw Violation(.deadlines, "a deadline outlives its subject: \(stray)")
    }
    if has(.waiting), !has(.ending) { throw Violation(.opensAfterEnd, "a new service is not opened") }
    if interrupts == 0, builder.state == .idle, !has(.opening), !builder.unbuilt.isEmpty {
      throw Violation(.savesAreBuilt, "nothing is built for \(builder.unbuilt.map(\.number))")
    }
    for service in services
    where service.state == .ending && service.processes.isEmpty && !builder.services.contains(service.id) {
      throw Violation(.closesOnce, "\(service.id) has ended, and is not closed")
    }
    for service in services {
      try service.check(reloader.rollouts[service.id])
      try service.checkReadiness(reloader.rollouts[service.id], retries: retries(of: service.id))
      try service.checkHealth(reloader.rollouts[service.id], timed: healthTimers(of: service.id))
    }
    if interrupts > 0, !hasLeft, builder.state == .idle, services.allSatisfy({ $0.state == .closed }) {
      throw Violation(.nothingStaysBehind, "everything has ended, and hotreload has not")
    }
    try checkCycle()
    try checkTouches()
    try checkAllServe()
    try checkFailures()
  }

  /// Returns the generations of a service whose checks are to be repeated.
  private func retries(of id: ServiceID) -> Set<Int> {
    var numbers: Set<Int> = []
    for case .service(id, .readiness(let number, .retry)) in timers.keys { numbers.insert(number) }
    return numbers
  }

  /// Returns the generations of a service whose next check has a time.
  private func healthTimers(of id: ServiceID) -> Set<Int> {
    var numbers: Set<Int> = []
    for case .service(id, .liveness(let number)) in timers.keys { numbers.insert(number) }
    return numbers
  }

  private func isStray(_ deadline: Deadline) -> Bool {
    guard case .service(let id, let deadline) = deadline else { return builder.state == .idle }
    guard let service = service(id), service.isRunning else { return true }
    return deadline.generation.map { service.processes[$0] == nil } ?? (service.state != .open)
  }

  private func checkCycle() throws(Violation) {
    let isBuilding = builder.state != .idle || has(.opening) || has(.waiting)
    let isSwapping = services.contains { $0.state == .open && $0.candidate != nil }
    if isBuilding || isSwapping, !isCycleOpen {
      throw Violation(.cycle, "no cycle is open, and a \(isBuilding ? "build" : "swap") is in progress")
    }
    let isSettled = services.allSatisfy { service in
      service.state != .open || reloader.rollouts[service.id]?.isSettled == true
    }
    if isCycleOpen, !isBuilding, isSettled, builder.unbuilt.isEmpty {
      throw Violation(.cycle, "the cycle does not end")
    }
  }

  private func checkTouches() throws(Violation) {
    let isBehind = services.contains { service in
      guard service.state == .open, let rollout = reloader.rollouts[service.id] else { return false }
      return !service.runsNewest(rollout)
    }
    let counts = interrupts == 0 && builder.state == .idle && (builder.hasFailed || isBehind)
    guard touchCounts == counts else {
      throw Violation(.touches, "a save that changes nothing \(counts ? "does not count" : "counts")")
    }
  }

  /// Whether every service of the settings has served.
  var allServe: Bool {
    !open.isEmpty && !has(.opening) && !has(.waiting)
      && services.allSatisfy { $0.state != .open || $0.hasServed }
  }

  private func checkAllServe() throws(Violation) {
    if allServe, interrupts == 0, !hasAnnounced { throw Violation(.allServe, "not told that all serve") }
  }

  private func checkFailures() throws(Violation) {
    if builder.hasFailed != (buildFailure != nil) {
      throw Violation(.failuresShown, "a build that failed is \(builder.hasFailed ? "not " : "")shown")
    }
  }
}

extension Action {
  var startsBuild: Bool { if case .startBuild = self { true } else { false } }
}

extension Event {
  /// Whether a build cycle may begin because of the event.
  fileprivate var beginsCycle: Bool {
    switch self {
    case .saved(let saves): saves.isBuilt || !saves.restarts.isEmpty || saves.services != nil
    case .reloadWanted: true
    case .generation(_, _, .ended(let ending)): ending.mayBeCorruption  // built from scratch
    default: false
    }
  }
}

extension ServiceDeadline {
  /// The generation whose deadline it is.
  fileprivate var generation: Int? {
    switch self {
    case .readiness(let number, _), .pause(let number), .release(let number),
      .probation(let number), .drain(let number), .termination(let number), .health(let number),
      .liveness(let number):
      number
    case .restart: nil
    }
  }
}
