internal import Building
internal import FastPathRun
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Serving
internal import Settings
internal import Watching

// The services of the settings. They may be added and removed while hotreload runs.
extension Session {
  /// Returns a new service that is not started yet.
  func service(_ project: Project) -> Service {
    lastService += 1
    let fast = FastBuilder(root: project.root, overlays: overlays, loop: loop, children: children)
    let target = BuildTarget(project.runnable, fast: fast)
    target.saved = builder.changed  // saved before the target existed
    return Service(lastService, project, target, console: console)
  }

  /// Prepares a service. Throws the error of the system, with a next step for the user.
  func prepare(_ service: Service, _ launch: Launch) throws {
    service.saidReady = { [unowned self, unowned service] in serves(service) }
    try service.prepare(
      launch, by: build, interposer: interposer, inherited: inherited, selfWrites: selfWrites, loop: loop,
      children: children
    ) { [unowned self, unowned service] in
      report($0, of: service)
    }
    service.driver?.handled = { [unowned self] in
      saveDetector?.touchCounts = services.contains { $0.driver?.isTouchWanted == true }
    }
  }

  func start(_ service: Service) {
    service.start { [unowned self, unowned service] in
      // The service must first return from this call.
      loop.after(.zero) { [unowned self, service] in left(service) }
    }
  }

  private func left(_ service: Service) {
    if let index = retired.firstIndex(where: { $0 === service }) {
      retired.remove(at: index).close()
      console.line(service.project.service.map { "'\($0)' has stopped" } ?? "the server has stopped")
      if retired.isEmpty, wasRefused {
        wasRefused = false
        _ = readSettings()  // an address of the ended service is free now
      }
      startAdded()
    }
    stopIfAllHaveLeft()
  }

  func stopIfAllHaveLeft() {
    if isLeaving, !(services + retired).contains(where: \.isRunning) { loop.stop() }
  }

  /// Replaces the services. Those that are not in `services` are ended first. The new ones are started later,
  /// because they may listen at an address of an ended one.
  func use(_ services: [Service]) {
    let gone = self.services.filter { service in !services.contains { $0 === service } }
    self.services = services
    for service in gone where service.isRunning {
      let file = project.shortened(project.settingsFile)
      console.line(
        service.project.service.map { "'\($0)' is no longer a service in \(file); stopping it" }
          ?? "\(file) defines services now; stopping the single server")
      cycleEnded(service)
      pages.forget(service.number)
      retired.append(service)
      service.driver?.handle(.interrupted)
    }
  }

  /// Starts the new services, unless another one is still ending. A service that cannot be started is
  /// reported, and tried again when the settings are saved again.
  func startAdded() {
    guard retired.isEmpty, !isLeaving else { return }
    for service in services where service.driver == nil {
      do {
        try prepare(service, try service.project.launch(warn: warn))
        start(service)
      } catch {
        show(error)
        services.removeAll { $0 === service }
        builder.targets = services.map(\.target)
      }
    }
  }
}
