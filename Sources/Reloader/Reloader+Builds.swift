// Decisions about saves and builds. The newest save supersedes a running build.

extension Reloader {
  /// Handles files that have certainly changed before the save is complete.
  mutating func appeared(_ paths: [String]) {
    if exit == .no, builds.speculate(paths) { act(.speculate(paths)) }
  }

  /// Handles a save: changes the services, builds, restarts and reloads, as the files need.
  mutating func saved(_ saves: Saves) {
    guard exit == .no else { return }
    let adds = saves.services?.keys.contains { rollouts[$0] == nil && opening[$0] == nil } ?? false
    if saves.isBuilt || !saves.restarts.isEmpty || adds { beginCycle() }
    if let services = saves.services { use(services) }
    if saves.isBuilt { buildAll() }
    for service in saves.restarts.sorted() {
      let isBuilding = builds.concerns(service)
      on(service) { $0.restartWanted(isBuilding: isBuilding) }
    }
    if let pages = saves.pages { act(.reloadPages(pages)) }
  }

  /// Builds for every service, unless that is being done, and starts a new process of each afterwards.
  mutating func reloadWanted() {
    guard exit == .no else { return }
    beginCycle()
    builds.want(running.filter { !builds.concerns($0) })
    for service in running.sorted() { on(service) { $0.restartWanted(isBuilding: true) } }
  }

  /// Begins a build cycle, or goes on with the one that is open.
  mutating func beginCycle() {
    isCycleOpen = true
    act(.cycleBegan)
  }

  /// Builds for all services. A running build is cancelled, so that another one follows.
  mutating func buildAll() {
    if builds.supersede() {
      report(.buildSuperseded)
      act(.cancelBuild)
    }
    builds.want(running)
  }

  /// Builds for one service.
  mutating func build(_ service: ServiceID, isClean: Bool) {
    guard exit == .no, !builds.concerns(service) else { return }
    if !isCycleOpen { beginCycle() }
    builds.want([service], isClean: isClean)
  }

  /// Starts the build that is wanted, if none runs. A service that is being opened is waited for, so that it is built
  /// together with the others.
  mutating func startBuild() {
    guard opening.isEmpty, let build = builds.start(for: running, at: now) else { return }
    report(build.isClean ? .buildingClean : .building(first: !builds.hasSucceeded))
    if builds.hasSucceeded { act(.set(.slowBuild, after: Self.slowBuild)) }
    act(.startBuild(build.services, isClean: build.isClean))
  }

  /// Reports that a build is still running.
  mutating func stillBuilding() {
    if case .running(let since) = builds.state { report(.stillBuilding(since.duration(to: now))) }
  }

  /// Handles the end of a build. The result of a superseded build is dropped.
  mutating func buildEnded(_ outcomes: [ServiceID: BuildOutcome]) {
    act(.cancel(.slowBuild))
    let services = outcomes.keys.sorted()
    guard let since = builds.ended() else {
      for service in services { discard(outcomes[service], of: service) }
      return
    }
    let duration = since.duration(to: now)
    if outcomes.values.contains(.cancelled) {
      builds.want(Set(services))  // cancelled from outside: the save still has to be built
    } else if outcomes.values.contains(.failed) {
      builds.resulted(inFailure: true)
      let report = Report.buildFailed(
        duration, serving: rollouts.filter { outcomes[$0.key] != nil }.compactMapValues(\.live))
      showFailure(nil, report)
      self.report(report)
      for service in services { on(service) { $0.buildFailed() } }
    } else {
      built(outcomes, in: duration)
    }
  }

  private mutating func built(_ outcomes: [ServiceID: BuildOutcome], in duration: Duration) {
    builds.resulted(inFailure: false)
    let programs = outcomes.compactMapValues(\.program)
    let isUnchanged = programs.allSatisfy { rollouts[$0]?.isUnchanged($1) ?? true }
    showFailure(nil, nil)
    report(isUnchanged ? .unchanged(duration, programs: programs.count) : .built(duration))
    for (service, program) in programs.sorted(by: { $0.key < $1.key }) {
      if rollouts[service]?.isEnding != false {
        discard(outcomes[service], of: service)
      } else {
        on(service) { $0.built(program, isDoubtful: outcomes[service] == .doubtful(program)) }
      }
    }
  }

  /// Discards a program that is not used.
  private mutating func discard(_ outcome: BuildOutcome?, of service: ServiceID) {
    guard let program = outcome?.program else { return }
    on(service) { $0.discardUnlessNeeded(program) }
  }

  /// Ends the build cycle if everything that was saved is built and live, or has failed.
  mutating func endCycle() {
    guard isCycleOpen, builds.isIdle, builds.wanted.isEmpty, opening.isEmpty, waiting.isEmpty,
      rollouts.values.allSatisfy({ $0.isEnding || $0.isSettled })
    else { return }
    isCycleOpen = false
    // Before the user is told: a save that answers a report comes after the cycle.
    let place = actions.firstIndex { if case .report = $0 { true } else { false } }
    actions.insert(.cycleEnded, at: place ?? actions.endIndex)
  }

  /// Tells when a save that does not change a file's content starts counting: if the last build has failed, or if its
  /// program does not run.
  mutating func tellTouches() {
    let isBehind = rollouts.values.contains { !$0.isEnding && $0.isBehind }
    let counts = exit == .no && builds.isIdle && (builds.hasFailed || isBehind)
    if counts == touchCounts { return }
    touchCounts = counts
    act(.touchCounts(counts))
  }
}

extension BuildOutcome {
  /// The program that the build has made.
  fileprivate var program: Artifact? {
    switch self {
    case .succeeded(let artifact), .doubtful(let artifact): artifact
    case .failed, .cancelled: nil
    }
  }
}
