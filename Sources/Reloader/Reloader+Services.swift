// Decisions about services that come and go, and about the end of hotreload.

extension Reloader {
  /// Handles changed settings: their limits apply from now on, services that are no longer in them are ended, and new
  /// ones are opened.
  mutating func use(_ services: [ServiceID: Timing]) {
    for service in rollouts.keys.sorted() {
      if let timing = services[service] {
        on(service) { $0.use(timing) }
      } else if rollouts[service]?.isEnding == false {
        unserved?.remove(service)
        on(service) { _ = $0.end() }
      }
    }
    for service in opening.keys {
      if let timing = services[service] { opening[service] = timing } else { abandoned.insert(service) }
    }
    waiting = services.filter { rollouts[$0.key] == nil && opening[$0.key] == nil }
    openWaiting()
  }

  /// Opens the services that wait, unless a removed one is still ending.
  mutating func openWaiting() {
    guard exit == .no, !rollouts.values.contains(where: \.isEnding) else { return }
    for service in waiting.keys.sorted() {
      opening[service] = waiting.removeValue(forKey: service)
      act(.service(service, .open))
    }
  }

  /// Handles a service that has what it needs: it is built, or closed if it was removed meanwhile.
  mutating func opened(_ service: ServiceID) {
    guard let timing = opening.removeValue(forKey: service) else { return }
    rollouts[service] = Rollout(timing: timing, at: now)
    let isAbandoned = abandoned.remove(service) != nil
    guard exit == .no, !isAbandoned else { return on(service) { _ = $0.end() } ?? () }
    unserved?.insert(service)
    build(service, isClean: false)
  }

  /// Handles a service that cannot be started.
  mutating func notOpened(_ service: ServiceID) {
    opening[service] = nil
    abandoned.remove(service)
  }

  /// Handles a request to stop hotreload. The first one terminates everything, the second one kills it.
  mutating func interrupted() {
    switch exit {
    case .no:
      exit = .asked
      waiting = [:]
      if !builds.speculation.isEmpty { act(.cancelSpeculation) }
      if builds.stop() { act(.cancelBuild) }
      for service in rollouts.keys.sorted() where rollouts[service]?.isEnding == false {
        let count = on(service) { $0.end() } ?? 0
        if count > 0 { act(.report(service, .leaving(waitingFor: count))) }
      }
    case .asked:
      if !builds.isIdle { act(.killBuild) }
      for service in rollouts.keys.sorted() { on(service) { _ = $0.end() } }
    case .left: break
    }
  }

  /// Closes the services that have ended, and exits when all have ended after a request to stop. A service for which a
  /// build runs is waited for, because the build makes a program for it.
  mutating func closeEnded() {
    for service in rollouts.keys.sorted()
    where rollouts[service]?.hasEnded == true && !builds.building.contains(service) {
      rollouts[service] = nil
      failures[service] = nil
      act(.service(service, .close))
    }
    if !waiting.isEmpty {
      openWaiting()
    }
    guard exit == .asked, rollouts.isEmpty, opening.isEmpty, builds.isIdle else { return }
    exit = .left
    act(.leave)
  }
}
