@testable import Reloader

// The changes of actions and of the state by which bugs are planted.

extension PlantedBug {
  /// Changes the state of the reloader after an event.
  func change(_ reloader: inout Reloader) {
    for id in reloader.rollouts.keys {
      switch self {
      case .takesEveryProgramForGood:
        if let built = reloader.rollouts[id]?.programs.built { reloader.rollouts[id]?.programs.good = built }
      case .restartsForever: reloader.rollouts[id]?.backoff.restarts = 0
      case .ignoresThePolicy:
        if reloader.rollouts[id]?.timing.policy.mode == .never {
          reloader.rollouts[id]?.timing.policy = RestartPolicy()
        }
      case .repeatsFinishedWork:
        if reloader.rollouts[id]?.timing.policy.mode == .onFailure {
          reloader.rollouts[id]?.timing.policy.mode = .always
        }
      case .doublesTheDelayForever: reloader.rollouts[id]?.backoff.delay = .seconds(8)
      case .keepsSeveralGenerationsLive:
        guard let fallback = reloader.rollouts[id]?.fallback else { continue }
        reloader.rollouts[id]?.generations[fallback]?.role = .live
      default: return
      }
    }
  }

  /// Changes the actions that an event has caused.
  func change(_ actions: inout [Action], after event: Event?, in world: SimulatedWorld) {
    actions = actions.flatMap { replacement(of: $0, after: event, in: world) }
    actions += additions(after: event, in: world)
    if self == .forgetsASave, event?.isBuilt == true { actions.removeAll(where: \.isOfBuildStart) }
    if self == .sparesTheUnhealthy, case .generation(_, _, .healthAnswered) = event {
      actions.removeAll(where: \.isOfTermination)
    }
    if self == .doesNotRollBack, actions.contains(where: { $0.resumes(in: world) }) {
      actions.removeAll(where: \.isOfRollBack)
    }
  }

  /// Returns the actions to perform in place of one.
  private func replacement(of action: Action, after event: Event?, in world: SimulatedWorld) -> [Action] {
    // On the way out, the service would be missed first by another rule.
    if self == .doesNotClose, world.interrupts > 0 { return [action] }
    if case .service(let id, let serviceAction) = action, let service = world.service(id) {
      return replacement(of: serviceAction, of: service).map { .service(id, $0) }
    }
    switch (self, action) {
    case (.doesNotDrain, .set(.service(let id, .drain(let number)), _))
    where world.service(id)?.serving != number:
      return [.service(id, .terminate(number))]
    case (.drainsAtOnce, .set(.service(let id, .drain(let number)), _)):
      return [.set(.service(id, .drain(number)), after: .zero)]
    case (.forgetsTheReleaseDeadline, .set(.service(_, .release), _)),
      (.forgetsTheQuietSecond, .set(.service(_, .readiness(_, .quiet)), _)),
      (.forgetsToCheckAgain, .set(.service(_, .readiness(_, .retry)), _)),
      (.forgetsHealthChecks, .set(.service(_, .liveness), _)),
      (.keepsSpeculation, .cancelSpeculation), (.doesNotLeave, .leave), (.keepsDeadlines, .cancel),
      (.keepsOldPages, .reloadPages(.code)), (.ignoresSavesOfPages, .reloadPages(.files)),
      (.keepsAFailure, .showFailure(_, nil)), (.hidesAFailure, .showFailure(_, .some)),
      (.doesNotBeginTheCycle, .cycleBegan), (.doesNotEndTheCycle, .cycleEnded),
      (.forgetsTouches, .touchCounts), (.neverAllServe, .allServe):
      return []
    // On the way out, the build would be missed first by another rule.
    case (.doesNotCancel, .cancelBuild) where event?.isBuilt == true: return []
    case (.startsTwoBuilds, .startBuild), (.endsTheCycleTwice, .cycleEnded), (.allServeTwice, .allServe):
      return [action, action]
    case (.buildsForRemoved, .startBuild(let ids, let isClean)):
      let removed = world.services.filter { $0.state == .ending }.map(\.id)
      return [.startBuild(ids + removed, isClean: isClean)]
    case (.forgetsAService, .startBuild(let ids, let isClean)):
      return ids.count > 1 ? [.startBuild(Array(ids.dropLast()), isClean: isClean)] : [action]
    case (.doesNotBuildClean, .startBuild(let ids, isClean: true)):
      return [.startBuild(ids, isClean: false)]
    case (.asksForPagesElsewhere, .servePages(let id, _, let isOpened)):
      return [.servePages(id, addresses: ["127.0.0.1:1"], isOpened: isOpened)]
    default: return [action]
    }
  }

  private func replacement(of action: ServiceAction, of service: SimulatedService) -> [ServiceAction] {
    switch (self, action) {
    case (.terminatesInsteadOfPausing, .pause(let number, _, _)): return [.terminate(number)]
    case (.releasesBeforeThePauseIsConfirmed, .pause):
      return [action] + (service.candidate.map { [.release($0)] } ?? [])
    case (.startsUnheld, .start(let number, let artifact, held: true)):
      return [.start(number, artifact, held: false)]
    case (.releasesAtTheStart, .start(let number, _, held: true)): return [action, .release(number)]
    case (.pausesForNothing, .start(_, _, held: true)):
      let (limit, moves) = (service.timing.handover, service.timing.movesConnections)
      return [action, .pause(service.serving ?? 0, within: limit, movesConnections: moves)]
    case (.checksAtTheStart, .start(let number, _, held: true)): return [action, .runReadyCommand(number)]
    case (.checksTwice, .requestPage), (.checksHealthTwice, .checkHealth): return [action, action]
    case (.checksHealthOfHeld, .start(let number, _, held: true)):
      return [action, .checkHealth(number, .connection, within: service.timing.liveness.timeout)]
    case (.keepsChecks, .cancelCheck), (.keepsHealthChecks, .cancelHealthCheck): return []
    case (.killsInItsTime, .terminate(let number)): return [.kill(number)]
    case (.keepsConnections, .pause(let number, let limit, let moves)):
      return [.pause(number, within: limit, movesConnections: !moves)]
    case (.startsAnotherProgram, .start(let number, let artifact, let held)):
      let other = service.kept.first { $0 != artifact }
      return [.start(number, other ?? artifact, held: held)]
    case (.skipsANumber, .start(let number, let artifact, let held)):
      return [.start(number + (number > 3 ? 1 : 0), artifact, held: held)]
    case (.forgetsToDiscard, .discard), (.doesNotClose, .close), (.forgetsTheHook, .runHook): return []
    case (.closesTwice, .close), (.runsTheHookTwice, .runHook), (.opensTwice, .open): return [action, action]
    default: return [action]
    }
  }

  /// Returns further actions after an event.
  private func additions(after event: Event?, in world: SimulatedWorld) -> [Action] {
    switch (self, event) {
    case (.failedBuildReleases, .built(let outcomes)) where outcomes.values.contains(.failed):
      return world.services.flatMap { service in
        service.processes.filter(\.value.isReachable).map { .service(service.id, .release($0.key)) }
      }
    case (.reloadsPagesAfterABuild, .built): return [.reloadPages(.code)]
    case (.discardsTheRunningProgram, .generation(_, _, .ended)):
      guard let service = world.services.first(where: { $0.isRunning && !$0.processes.isEmpty }) else {
        return []
      }
      return service.processes.values.prefix(1).map { .service(service.id, .discard($0.artifact)) }
    case (.cancelsForNothing, .generation) where world.builder.state == .running: return [.cancelBuild]
    case (.speculatesDuringABuild, .appeared(let paths)) where world.builder.state == .running:
      return [.speculate(paths)]
    case (.opensBeforeTheRemovedHasEnded, .saved) where world.has(.ending):
      return world.services.filter { $0.state == .waiting }.map { .service($0.id, .open) }
    case (.startsAfterARemoval, .generation):
      guard let service = world.services.first(where: { $0.state == .ending && !$0.kept.isEmpty }) else {
        return []
      }
      let number = service.lastNumber + 1
      return service.kept.prefix(1).map { .service(service.id, .start(number, $0, held: false)) }
    case (.leavesEarly, .interrupted) where world.interrupts == 1 && !world.hasLeft: return [.leave]
    case (.actsAfterTheEnd, .saved) where world.hasLeft: return [.cycleBegan]
    case (.allServeEarly, .built) where !world.hasAnnounced: return [.allServe]
    default: return []
    }
  }
}

extension Action {
  /// Whether the action lets an old generation accept again after the new one has ended.
  fileprivate func resumes(in world: SimulatedWorld) -> Bool {
    guard case .service(let id, .release(let number)) = self, let service = world.service(id) else {
      return false
    }
    return service.serving == nil && service.processes[number]?.hasServed == true
  }

  /// Whether the action asks a generation to end.
  fileprivate var isOfTermination: Bool { if case .service(_, .terminate) = self { true } else { false } }

  /// Whether the action lets a generation accept, or follows from it.
  fileprivate var isOfRollBack: Bool {
    switch self {
    case .service(_, .release), .servePages, .reloadPages: true
    default: false
    }
  }

  /// Whether the action is a part of the start of a build.
  fileprivate var isOfBuildStart: Bool { if case .set(.slowBuild, _) = self { true } else { startsBuild } }
}
