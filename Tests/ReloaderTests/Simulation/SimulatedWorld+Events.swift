@testable import Reloader

// The effect of an event on the world, before the reloader receives it.

extension SimulatedWorld {
  mutating func happen(_ event: Event) {
    switch event {
    case .appeared: break
    case .saved(let saves): if interrupts == 0 { save(saves) }
    case .reloadWanted: if interrupts == 0 { reload() }
    case .opened(let id):
      service(id)?.opens(true)
      if service(id)?.state == .open { builder.unbuilt.insert(id) }
    case .notOpened(let id): service(id)?.opens(false)
    case .built(let outcomes):
      for (id, outcome) in outcomes {
        service(id)?.buildEnds(outcome, isNewest: builder.state == .running && interrupts == 0)
      }
      builder.end(outcomes, open: open)
    case .generation(let id, let number, let event):
      if service(id)?.processDoes(number, event) == true, !builder.concerns(id) {
        builder.doubted.insert(id)
        builder.unbuilt.insert(id)
      }
    case .due(let deadline):
      timers[deadline] = nil
      if case .service(let id, let deadline) = deadline { service(id)?.reach(deadline) }
    case .interrupted:
      interrupts += 1
      for service in services { service.remove() }
      builder.unbuilt = []
    }
  }

  private mutating func reload() {
    for id in open {
      if !builder.concerns(id) { builder.unbuilt.insert(id) }
      service(id)?.isStale = true
      service(id)?.serverFiles += 1
    }
  }

  private mutating func save(_ saves: Saves) {
    if let settings = saves.services {
      for service in services {
        if let timing = settings[service.id] { service.timing = timing } else { service.remove() }
      }
      if let timing = settings[nextService] { addService(.waiting, timing) }
    }
    if saves.isBuilt { builder.unbuilt.formUnion(open) }
    builder.unbuilt.formIntersection(open)
    for id in saves.restarts {
      guard let service = service(id), service.state == .open else { continue }
      service.isStale = true
      service.serverFiles += 1
      service.restarts = 0
      let runsNewest = reloader.rollouts[id].map(service.runsNewest) ?? false
      if !runsNewest, !builder.concerns(id) { builder.unbuilt.insert(id) }
    }
  }
}
