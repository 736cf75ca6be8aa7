@testable import Reloader
import RandomNumbers

/// The surroundings of a ``Reloader``: services, a builder, a clock, and whoever watches. Every event goes through
/// ``send(_:)``, which checks the invariants after every action and after every event.
struct SimulatedWorld {
  var random: SplitMix64
  var reloader: Reloader
  let likelihood: Likelihood
  /// The bug that the reloader is made to have.
  let bug: PlantedBug?
  private(set) var steps: [(event: Event?, actions: [Action])] = []

  var now = ContinuousClock.now
  var timers: [Deadline: (at: ContinuousClock.Instant, order: Int)] = [:]
  var timersSet = 0

  /// The services, also those that have ended, in the order of their numbers.
  var services: [SimulatedService] = []
  var builder = SimulatedBuilder()
  /// The failure of the build that is shown.
  var buildFailure: Report?
  var isCycleOpen = false
  var touchCounts = false
  /// Whether the service manager was told that all services serve.
  var hasAnnounced = false

  var interrupts = 0
  var hasLeft = false

  init(seed: UInt64, bug: PlantedBug? = nil) {
    self.bug = bug
    random = SplitMix64(seed: seed)
    likelihood = Likelihood(using: &random)
    reloader = Reloader([:], at: now)
    for _ in 0..<likelihood.services { addService(.open, likelihood.timing(using: &random)) }
    let timings = services.map { ($0.id, $0.timing) }
    reloader = Reloader(Dictionary(uniqueKeysWithValues: timings), at: now)
  }

  /// The number of the next service.
  var nextService: ServiceID { ServiceID(services.count + 1) }

  mutating func addService(_ state: SimulatedService.State, _ timing: Timing) {
    services.append(SimulatedService(nextService, state, timing: timing, onlyWorkers: random.chance(15)))
  }

  /// Returns the service with this number.
  func service(_ id: ServiceID) -> SimulatedService? {
    services.indices.contains(id.number - 1) ? services[id.number - 1] : nil
  }

  /// The services that run and have not been removed.
  var open: Set<ServiceID> {
    var open: Set<ServiceID> = []
    for service in services where service.state == .open { open.insert(service.id) }
    return open
  }

  /// Returns whether a service is in this state.
  func has(_ state: SimulatedService.State) -> Bool {
    for service in services where service.state == state { return true }
    return false
  }

  /// The text of all events so far, with the actions after each.
  var trace: String {
    steps.map { step in
      let event = step.event.map { "\($0)" } ?? "start"
      return ([event] + step.actions.map { "    \($0)" }).joined(separator: "\n")
    }.joined(separator: "\n").replacing("ReloaderTests.", with: "").replacing("Reloader.", with: "")
  }

  /// Starts the reloader.
  mutating func start() throws(Violation) {
    builder.unbuilt = open
    try perform(respond(to: nil), after: nil)
  }

  /// Lets an event happen.
  mutating func send(_ event: Event) throws(Violation) {
    happen(event)
    lookAtReadiness(at: event)
    try perform(respond(to: event), after: event)
    // A listener is reported with its address first.
    guard case .generation(let id, let number, .listening(let address)) = event,
      var listeners = service(id)?.processes[number]?.listeners
    else { return }
    listeners[address] = false
    try send(.generation(id, number, .listeners(listeners)))
  }

  /// Updates what is known of the readiness of all held processes, when an event happens or after it.
  private func lookAtReadiness(at event: Event? = nil) {
    for service in services {
      var deadline: ServiceDeadline?
      if case .due(.service(service.id, let reached)) = event { deadline = reached }
      service.lookAtReadiness(at: deadline, now: now)
    }
  }

  private mutating func respond(to event: Event?) -> [Action] {
    if let bug { return bug.respond(to: event, in: self, &reloader) }
    return event.map { reloader.handle($0, at: now) } ?? reloader.start(at: now)
  }

  private mutating func perform(_ actions: [Action], after event: Event?) throws(Violation) {
    steps.append((event, actions))
    var restarting: Set<ServiceID> = []
    for service in services where service.state == .open && service.isStale { restarting.insert(service.id) }
    if hasLeft, !actions.isEmpty { throw Violation(.silenceAfterExit, "something is done after the end") }
    for action in actions { try perform(action, after: event) }
    lookAtReadiness()
    try check(actions, after: event, restarting: restarting)
    try checkState()
  }
}
