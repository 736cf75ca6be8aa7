@testable import Reloader
import RandomNumbers

// The world without further saves, until no event is left.

extension SimulatedWorld {
  /// Runs a world: random events, perhaps a time without any, then rest, one last save, and the end.
  mutating func live(steps: Int) throws(Violation) {
    let interruption = random.chance(30) ? Int.random(in: 0..<steps, using: &random) : steps
    try start()
    for step in 0..<steps where !hasLeft {
      if step == interruption { try at(.interrupted) } else { try anything() }
    }
    if interrupts == 0 {
      if random.chance(50) { try fallSilent() }
      try behave()
      try saveAndCheck()
    }
    if !hasLeft { try interruptAndCheck() }
  }

  /// Lets the world run without saves and without events of processes: only time passes, killed processes
  /// end, and the good program listens when it is started again.
  private mutating func fallSilent() throws(Violation) {
    try rest { world in
      for service in world.services {
        let id = service.id
        if let number = service.processes.keys.sorted().first(where: {
          service.processes[$0]?.isKilled == true
        }) {
          return .generation(id, number, .ended(.signalled("SIGKILL")))
        }
        if let awaited = service.processes.first(where: {
          $0.value.isAwaited && $0.value.artifact == service.good
        }), !awaited.value.isTerminated {
          return .generation(id, awaited.key, .listening(awaited.value.nextAddress ?? ""))
        }
      }
      return world.nextTimerAtRest.map { .due($0) }
    }
  }

  /// Lets the world run without saves and failures: builds succeed, services open, no process dies, and every command
  /// is acknowledged before time passes.
  private mutating func behave() throws(Violation) {
    try rest { world in
      if world.builder.state != .idle { return .built(world.dutifulOutcomes()) }
      for service in world.services {
        let id = service.id
        if service.state == .opening { return .opened(id) }
        for number in service.processes.keys.sorted() {
          guard let event = service.processes[number]?.duty else { continue }
          return .generation(id, number, event)
        }
      }
      return world.nextTimerAtRest.map { .due($0) }
    }
    guard builder.state == .idle else { throw Violation(.comesToRest, "a build goes on") }
    guard !isCycleOpen else { throw Violation(.cycle, "the cycle does not end at rest") }
    guard !has(.ending), !has(.waiting) else {
      throw Violation(.closesOnce, "a service does not come or go")
    }
  }

  /// Returns the result of a build that succeeds unless it was cancelled.
  private mutating func dutifulOutcomes() -> [ServiceID: BuildOutcome] {
    var outcomes: [ServiceID: BuildOutcome] = [:]
    for id in builder.services.sorted() {
      let artifact = builder.state == .running ? service(id)?.newArtifact() : nil
      outcomes[id] = artifact.map { .succeeded($0) } ?? .cancelled
    }
    return outcomes
  }

  /// The next timer, unless only the checks of live servers have timers, which never end.
  private var nextTimerAtRest: Deadline? { timers.keys.contains { !$0.isOfHealth } ? nextTimer : nil }

  private mutating func rest(_ next: (inout SimulatedWorld) -> Event?) throws(Violation) {
    for _ in 0..<300 * max(1, services.count) {
      guard let event = next(&self) else { return try checkRest() }
      try at(event)
    }
    throw Violation(.comesToRest, "it does not come to rest")
  }

  private func checkRest() throws(Violation) {
    for service in services { try service.checkRest(reloader.rollouts[service.id]) }
  }

  /// Checks that after a last save the newest program of every service is live, and no other one runs.
  private mutating func saveAndCheck() throws(Violation) {
    let before = services.map(\.artifactsBuilt)
    for service in services { service.newProcessesListen = true }
    try at(.saved(Saves(isBuilt: true)))
    try behave()
    for (service, before) in zip(services, before) where service.state == .open {
      guard service.artifactsBuilt > before, let newest = service.newest,
        newest.path.hasSuffix("app-\(service.artifactsBuilt)")
      else { throw Violation(.savesAreBuilt, "the last save was not built for \(service.id)") }
      guard service.processes.values.map(\.artifact) == [newest], service.kept == [newest] else {
        throw Violation(.savesAreBuilt, "the newest program of \(service.id) does not serve alone")
      }
      guard service.failure == nil else {
        throw Violation(.failuresShown, "a failure is shown, and the newest code of \(service.id) serves")
      }
    }
  }

  /// Interrupts once or several times, and checks that everything ends.
  private mutating func interruptAndCheck() throws(Violation) {
    if interrupts == 0 { try at(.interrupted) }
    for _ in 0..<300 * max(1, services.count) where !hasLeft {
      if random.chance(5) { try at(.interrupted) } else { try anythingAtTheEnd() }
    }
    guard hasLeft else { throw Violation(.nothingStaysBehind, "it does not leave") }
    let restart = Deadline.service(ServiceID(1), .restart)
    for event: Event in [
      .interrupted, .saved(Saves(isBuilt: true, pages: .files)), .appeared(["main.swift"]), .due(restart),
      .interrupted,
    ] {
      try at(event)
    }
  }

  private mutating func anythingAtTheEnd() throws(Violation) {
    let isOver = services.allSatisfy(\.processes.isEmpty)
    if isOver, builder.state != .idle, random.chance(50) {
      let outcomes = builder.services.map { ($0, BuildOutcome.cancelled) }
      return try at(.built(Dictionary(uniqueKeysWithValues: outcomes)))
    }
    try anything()
  }
}

extension Deadline {
  /// Whether it is the time of the next check of a live server.
  fileprivate var isOfHealth: Bool { if case .service(_, .liveness) = self { true } else { false } }
}

extension SimulatedProcess {
  /// The next event of a process that behaves well.
  var duty: GenerationEvent? {
    if isTerminated || isKilled { return .ended(.signalled("SIGTERM")) }
    if let nextAddress { return .listening(nextAddress) }
    if let dutyToBeReady { return dutyToBeReady }
    switch health.check {
    case .page: return .healthAnswered(.status(200))
    case .connection: return .healthAnswered(.accepted)
    case .command: return .healthAnswered(.command(.succeeded))
    case nil: break
    }
    if unacknowledged.contains(.pause) { return .paused(Connections()) }
    if unacknowledged.contains(.release) { return .released }
    if unacknowledged.contains(.drain) { return .drained }
    return nil
  }
}
