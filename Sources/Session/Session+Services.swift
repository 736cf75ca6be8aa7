internal import Building
internal import FastPathRun
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Serving
internal import Settings

// The services of the settings. They may be added and removed while hotreload runs.
extension Session {
  /// Returns a new service that is not started yet.
  func service(_ project: Project) -> Service {
    let fast = FastBuilder(
      root: project.root, overlays: resources.overlays, loop: loop, children: resources.children)
    let target = BuildTarget(project.runnable, fast: fast)
    target.saved = builder.saved.changed  // saved before the target existed
    return Service(services.nextID(), project, target, console: console)
  }

  /// Gives the console the names of the services, if they have some.
  func nameServices() {
    let named = services.all.compactMap { service in service.project.service.map { (service.id, $0) }
    }
    console.serviceNames = Dictionary(uniqueKeysWithValues: named)
  }

  /// The limits of the services.
  var timings: [ServiceID: Timing] {
    Dictionary(uniqueKeysWithValues: services.current.map { ($0.id, $0.project.timing) })
  }

  /// Acquires what a service needs. Throws the error of the system, with a next step for the user.
  func open(_ service: Service, _ launch: Launch) throws {
    driver.services[service.id] = try service.open(
      launch, interposer: resources.interposer, inherited: resources.inherited,
      selfWrites: resources.selfWrites, loop: loop,
      children: resources.children
    ) { [unowned self, id = service.id] number, event in
      driver.handle(.generation(id, number, event))
    }
  }

  /// Opens a service that was added to the settings. One that cannot be opened is reported, and tried again when the
  /// settings are saved again.
  func open(_ id: ServiceID) {
    guard let service = services.current.first(where: { $0.id == id }) else {
      return driver.handle(.notOpened(id))
    }
    do {
      try open(service, try service.project.launch(warn: console.diagnosticOnce))
      driver.handle(.opened(id))
    } catch {
      show(error)
      services.current.removeAll { $0 === service }
      builder.targets = services.current.map(\.target)
      driver.handle(.notOpened(id))
    }
  }

  /// Closes a service that was removed from the settings. The others are closed when hotreload ends.
  func close(_ id: ServiceID) {
    guard let service = services.removeRetired(id) else { return }
    driver.services[id] = nil
    service.close()
    // It must first return from the call that ended it.
    loop.after(.zero) { withExtendedLifetime(service) {} }
    console.line(service.project.service.map { "'\($0)' has stopped" } ?? "the server has stopped")
    if services.retired.isEmpty, services.wasRefused {
      services.wasRefused = false
      driver.handle(.saved(readSettings()))  // an address of the ended service is free now
    }
  }

  /// Replaces the services. Those that are not in `new` are ended, when the reloader is told.
  func use(_ new: [Service]) {
    let gone = services.current.filter { service in !new.contains { $0 === service } }
    services.current = new
    for service in gone where service.driver != nil {
      let file = project.shortened(project.settingsFile)
      console.line(
        service.project.service.map { "'\($0)' is no longer a service in \(file); stopping it" }
          ?? "\(file) defines services now; stopping the single server")
      pages.forget(service.id)
      services.retire(service)
    }
  }
}
