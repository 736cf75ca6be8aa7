import RandomNumbers
import Reloader

// Random saves, of which some change the settings.

extension SimulatedWorld {
  /// Returns a save of sources, of files for servers or pages, of the settings, or of several of them.
  mutating func randomSave() -> Saves {
    var saves = Saves(isBuilt: random.chance(75))
    if random.chance(20), let service = services.randomElement(using: &random) {
      saves.restarts = [service.id]
    }
    if random.chance(10) { saves.pages = random.chance(50) ? .files : .styles }
    // After an interrupt, nobody reads the settings.
    if interrupts == 0, random.chance(likelihood.settings) { saves.services = randomSettings() }
    return saves
  }

  /// Returns the current services, of which one may have other limits, one may be gone, and one may be new.
  private mutating func randomSettings() -> [ServiceID: Timing] {
    var settings: [ServiceID: Timing] = [:]
    for service in services {
      switch service.state {
      case .waiting, .open: settings[service.id] = service.timing
      case .opening: if !service.isRemoved { settings[service.id] = service.timing }
      case .ending, .closed: break
      }
    }
    let chosen = settings.keys.sorted().randomElement(using: &random)
    switch (Int.random(in: 0..<3, using: &random), chosen) {
    case (0, let id?): settings[id] = likelihood.timing(using: &random)
    case (1, let id?): settings[id] = nil
    default: break
    }
    if settings.isEmpty || settings.count < 3 && random.chance(40) {
      settings[nextService] = likelihood.timing(using: &random)
    }
    return settings
  }
}
