internal import Building
internal import FastPathRun
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Serving
internal import Settings

// The services of the settings, some of which may come and go while hotreload runs.
extension Session {
  /// One that is not started yet.
  func service(_ project: Project) -> Service {
    lastService += 1
    let fast = FastBuilder(root: project.root, overlays: overlays, loop: loop, children: children)
    let target = BuildTarget(project.runnable, fast: fast)
    target.saved = builder.changed  // before it was there
    return Service(lastService, project, target, console: console)
  }

  /// Has it take hold of what it needs of the system. Throws what the system refuses, with what to do.
  func prepare(_ service: Service, _ launch: Launch) throws {
    service.saidReady = { [unowned self, unowned service] in serves(service) }
    try service.prepare(
      launch, by: build, interposer: interposer, inherited: inherited, loop: loop, children: children
    ) { [unowned self, unowned service] in
      report($0, of: service)
    }
  }

  func start(_ service: Service) {
    service.start { [unowned self, unowned service] in
      // Not before it has returned from telling so.
      loop.after(.zero) { [unowned self, service] in left(service) }
    }
  }

  private func left(_ service: Service) {
    if let index = retired.firstIndex(where: { $0 === service }) {
      retired.remove(at: index).close()
      console.line(service.project.service.map { "'\($0)' has ended" } ?? "the server has ended")
      if retired.isEmpty, wasRefused {
        wasRefused = false
        _ = readSettings()  // what one of them had is free now
      }
      startAdded()
    }
    stopIfAllHaveLeft()
  }

  func stopIfAllHaveLeft() {
    if isLeaving, !(services + retired).contains(where: \.isRunning) { loop.stop() }
  }

  /// Runs these from now on: those that are not among them are ended, and then those that are new are started, which may
  /// want to listen where one of the others did.
  func use(_ services: [Service]) {
    let gone = self.services.filter { service in !services.contains { $0 === service } }
    self.services = services
    for service in gone where service.isRunning {
      let file = project.shortened(project.settingsFile)
      console.line(
        service.project.service.map { "'\($0)' is no longer a service in \(file); ending it" }
          ?? "\(file) has services now; ending the server that ran without")
      roundEnded(service)
      pages.forget(service.number)
      retired.append(service)
      service.supervisor?.handle(.interrupted)
    }
  }

  /// Starts what is new, unless another is to end first. One that cannot be is reported; it is tried again when the
  /// settings are saved again.
  func startAdded() {
    guard retired.isEmpty, !isLeaving else { return }
    for service in services where service.supervisor == nil {
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
