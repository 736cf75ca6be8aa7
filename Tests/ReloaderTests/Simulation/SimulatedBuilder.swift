import Reloader

/// The builder of the world, which builds for all services.
struct SimulatedBuilder {
  /// The state of the builder.
  enum State { case idle, running, cancelled }

  var state = State.idle
  /// The services for which the build runs.
  var services: Set<ServiceID> = []
  /// The services for which a build is still needed, because of a save or because they are new.
  var unbuilt: Set<ServiceID> = []
  /// The files that are compiled speculatively.
  var speculation: Set<String> = []
  /// The services for which everything has to be compiled, because their programs crashed that may be wrong. One that
  /// was removed meanwhile does not need it.
  var doubted: Set<ServiceID> = []
  /// Whether the last build that was not superseded failed.
  var hasFailed = false

  /// Returns whether a build for the service runs, or will.
  func concerns(_ service: ServiceID) -> Bool { services.contains(service) || unbuilt.contains(service) }

  /// Starts a build. `open` are the services that run.
  mutating func start(_ services: [ServiceID], isClean: Bool, open: Set<ServiceID>) throws(Violation) {
    guard state == .idle else { throw Violation(.oneBuild, "two builds at a time") }
    guard !services.isEmpty, open.isSuperset(of: services) else {
      throw Violation(.buildsForRunning, "a build is for \(services.map(\.number))")
    }
    guard isClean ? !doubted.isEmpty : doubted.isDisjoint(with: services) else {
      throw Violation(.cleanBuild, isClean ? "everything is compiled again" : "no clean build")
    }
    (state, self.services, speculation, doubted) = (.running, Set(services), [], [])
    unbuilt.subtract(services)
  }

  mutating func cancel() throws(Violation) {
    guard state == .running else { throw Violation(.oneBuild, "nothing to cancel") }
    state = .cancelled
  }

  /// Ends the build, before the reloader is told. `open` are the services that run.
  mutating func end(_ outcomes: [ServiceID: BuildOutcome], open: Set<ServiceID>) {
    if state == .cancelled || outcomes.values.contains(.cancelled) {
      unbuilt.formUnion(services.intersection(open))
    } else {
      hasFailed = outcomes.values.contains(.failed)
    }
    (state, services) = (.idle, [])
  }
}
