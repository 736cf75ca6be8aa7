import Reloader

/// A ``Reloader`` with one service that a test drives with events and a clock of its own. Its response to the last
/// event is in ``actions`` and ``reports``. Its timers are in ``timers``, and fire when the test lets time pass.
struct ScriptedReloader {
  /// An action about builds or about the service.
  enum Step: Equatable {
    case startBuild, startCleanBuild, cancelBuild, killBuild
    case start(Int, Artifact, held: Bool)
    case pause(Int), release(Int), terminate(Int), kill(Int)
    case requestPage(Int, path: String), runReadyCommand(Int), cancelCheck(Int)
    case checkHealth(Int, Liveness.Check), cancelHealthCheck(Int)
    case discard(Artifact)
    case leave
  }

  static let service = ServiceID(1)

  private var reloader: Reloader
  private var now: ContinuousClock.Instant
  private var deadlines: [(deadline: Deadline, at: ContinuousClock.Instant)] = []

  /// The actions since the last event that are about builds or about processes.
  private(set) var actions: [Step] = []
  /// The reports since the last event.
  private(set) var reports: [Report] = []
  /// The other actions since the last event.
  private(set) var others: [Action] = []
  /// Whether a save that changes nothing is built.
  private(set) var isTouchWanted = false

  /// Starts, with the first build.
  init(timing: Timing = Timing()) {
    now = .now
    reloader = Reloader([Self.service: timing], at: now)
    carryOut(reloader.start(at: now))
  }

  /// The remaining time of every timer, except those that only report something.
  var timers: [ServiceDeadline: Duration] {
    let deciding = deadlines.compactMap { entry in
      entry.deadline.ofService.map { ($0, now.duration(to: entry.at)) }
    }
    return Dictionary(uniqueKeysWithValues: deciding.filter { !$0.0.onlyTells })
  }

  /// Something happens.
  mutating func send(_ events: Event...) {
    (actions, reports, others) = ([], [], [])
    for event in events { carryOut(reloader.handle(event, at: now)) }
  }

  /// A deadline of the service is reached.
  mutating func reach(_ deadline: ServiceDeadline) { send(.due(.service(Self.service, deadline))) }

  /// A file is saved.
  mutating func save() { send(.saved(Saves(isBuilt: true))) }

  /// A file is saved that only the server reads.
  mutating func saveServerFile() { send(.saved(Saves(restarts: [Self.service]))) }

  /// The settings are saved, with these limits.
  mutating func use(_ timing: Timing) { send(.saved(Saves(services: [Self.service: timing]))) }

  /// The build that runs ends.
  mutating func build(_ outcome: BuildOutcome) { send(.built([Self.service: outcome])) }

  /// A file is saved, and built to this program.
  mutating func saveAndBuild(_ artifact: Artifact) {
    save()
    build(.succeeded(artifact))
  }

  /// A generation does these things, one after the other. What listens at an address has one listener, there.
  mutating func generation(_ number: Int, _ events: GenerationEvent...) {
    for event in events {
      if case .listening(let address) = event {
        send(
          .generation(Self.service, number, event),
          .generation(Self.service, number, .listeners([address: false])))
      } else {
        send(.generation(Self.service, number, event))
      }
    }
  }

  /// Time passes, and timers fire.
  mutating func pass(_ duration: Duration) {
    (actions, reports, others) = ([], [], [])
    let end = now + duration
    while let next = deadlines.filter({ $0.at <= end }).min(by: { $0.at < $1.at }) {
      deadlines.removeAll { $0.deadline == next.deadline }
      now = next.at
      carryOut(reloader.handle(.due(next.deadline), at: now))
    }
    now = end
  }

  private mutating func carryOut(_ all: [Action]) {
    for action in all {
      switch action {
      case .report(_, let report): reports.append(report)
      case .cancel(let deadline): deadlines.removeAll { $0.deadline == deadline }
      case .set(let deadline, let delay):
        deadlines.removeAll { $0.deadline == deadline }
        deadlines.append((deadline, now + delay))
      case .touchCounts(let counts): isTouchWanted = counts
      default:
        if let step = Step(action) { actions.append(step) } else { others.append(action) }
      }
    }
  }
}

extension GenerationEvent {
  /// It polls its only listener.
  static let ready = GenerationEvent.listeners(["127.0.0.1:8080": true])
}

extension ScriptedReloader.Step {
  init?(_ action: Action) {
    switch action {
    case .startBuild(_, isClean: false): self = .startBuild
    case .startBuild(_, isClean: true): self = .startCleanBuild
    case .cancelBuild: self = .cancelBuild
    case .killBuild: self = .killBuild
    case .leave: self = .leave
    case .service(_, let action): self.init(action)
    default: return nil
    }
  }

  private init?(_ action: ServiceAction) {
    switch action {
    case .start(let number, let artifact, let held): self = .start(number, artifact, held: held)
    case .pause(let number, _, _): self = .pause(number)
    case .release(let number): self = .release(number)
    case .terminate(let number): self = .terminate(number)
    case .kill(let number): self = .kill(number)
    case .requestPage(let number, let path): self = .requestPage(number, path: path)
    case .runReadyCommand(let number): self = .runReadyCommand(number)
    case .cancelCheck(let number): self = .cancelCheck(number)
    case .checkHealth(let number, let check, _): self = .checkHealth(number, check)
    case .cancelHealthCheck(let number): self = .cancelHealthCheck(number)
    case .discard(let artifact): self = .discard(artifact)
    case .open, .runHook, .close: return nil
    }
  }
}

extension Artifact {
  static let a = Artifact(path: "a")
  static let b = Artifact(path: "b")
  static let c = Artifact(path: "c")
  static let d = Artifact(path: "d")
}

extension Deadline {
  /// The deadline of the service; `nil` if it is the build's.
  fileprivate var ofService: ServiceDeadline? {
    if case .service(_, let deadline) = self { deadline } else { nil }
  }
}

extension ServiceDeadline {
  fileprivate var onlyTells: Bool { if case .readiness(_, .slowStart) = self { true } else { false } }
}
