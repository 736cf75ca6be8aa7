import Reloader

/// A ``Reloader`` with several services that a test drives with events. Its response to the last event is in
/// ``actions``, without reports and deadlines, which ``ScriptedReloader`` has.
struct ScriptedSession {
  private var reloader: Reloader
  private let now = ContinuousClock.now

  /// The actions since the last event, except reports, failures for the pages, and deadlines.
  private(set) var actions: [Action] = []
  /// The failures that the pages show, by service.
  private(set) var failures: [ServiceID?: Report] = [:]

  /// Starts with these services, and the first build.
  init(_ services: ServiceID...) {
    reloader = Reloader(Self.limits(services), at: now)
    take(reloader.start(at: now))
  }

  /// Two services that serve `a`. Their probation is over.
  static var serving: ScriptedSession {
    var session = ScriptedSession(.one, .two)
    session.build([.one: .succeeded(.a), .two: .succeeded(.a)])
    for service in [ServiceID.one, .two] {
      session.generation(service, 1, .listening("127.0.0.1:80\(service.number)"))
      session.send(.due(.service(service, .probation(1))))
    }
    return session
  }

  /// Something happens.
  mutating func send(_ event: Event) { take(reloader.handle(event, at: now)) }

  /// A file is saved that the build reads.
  mutating func save() { send(.saved(Saves(isBuilt: true))) }

  /// The settings are saved, with these services.
  mutating func use(_ services: ServiceID...) {
    send(.saved(Saves(isBuilt: true, services: Self.limits(services))))
  }

  /// The build that runs ends.
  mutating func build(_ outcomes: [ServiceID: BuildOutcome]) { send(.built(outcomes)) }

  /// A generation does these things, one after the other. ``actions`` are those of the last one.
  mutating func generation(_ service: ServiceID, _ number: Int, _ events: GenerationEvent...) {
    for event in events { send(.generation(service, number, event)) }
  }

  private static func limits(_ services: [ServiceID]) -> [ServiceID: Timing] {
    Dictionary(uniqueKeysWithValues: services.map { ($0, Timing()) })
  }

  private mutating func take(_ all: [Action]) {
    actions = []
    for action in all {
      switch action {
      case .report, .set, .cancel: break
      case .showFailure(let service, let report): failures[service] = report
      default: actions.append(action)
      }
    }
  }
}

extension ServiceID {
  static let one = ServiceID(1)
  static let two = ServiceID(2)
  static let three = ServiceID(3)
}
