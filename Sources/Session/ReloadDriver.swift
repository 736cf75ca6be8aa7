package import Posix
package import Reloader

/// Feeds events to the ``Reloader``, one after the other, and performs its actions: the timers itself, those of the
/// servers by a ``ServiceDriver``, and all others by its owner. It runs on one thread and one loop.
package final class ReloadDriver {
  private let loop: EventLoop
  /// The state that the events have led to.
  package private(set) var reloader: Reloader
  /// The events that wait until the actions of the one before them are performed.
  private var events: [Event] = []
  private var isHandling = false
  private var timers: [Deadline: EventLoop.Token] = [:]
  /// The drivers of the open services.
  package var services: [ServiceID: ServiceDriver] = [:]
  private let perform: (Action) -> Void

  /// Creates the driver of these services. `perform` is called with the actions for the owner.
  package init(_ services: [ServiceID: Timing], loop: EventLoop, perform: @escaping (Action) -> Void) {
    self.loop = loop
    self.perform = perform
    reloader = Reloader(services, at: .now)
  }

  /// Starts the first build.
  package func start() {
    performAll(reloader.start(at: .now))
    handleAll()
  }

  /// Handles an event. An event that an action causes is handled after the other actions.
  package func handle(_ event: Event) {
    events.append(event)
    if !isHandling { handleAll() }
  }

  /// Handles the events that wait.
  private func handleAll() {
    while let event = events.first {
      events.removeFirst()
      performAll(reloader.handle(event, at: .now))
    }
  }

  private func performAll(_ actions: [Action]) {
    isHandling = true
    defer { isHandling = false }
    for action in actions {
      switch action {
      case .set(let deadline, let delay):
        cancel(deadline)
        timers[deadline] = loop.after(delay) { [unowned self] in
          timers[deadline] = nil
          handle(.due(deadline))
        }
      case .cancel(let deadline): cancel(deadline)
      case .service(let service, let action) where action.isOfServers: services[service]?.perform(action)
      default: perform(action)
      }
    }
  }

  private func cancel(_ deadline: Deadline) { timers.removeValue(forKey: deadline).map(loop.forget) }
}

extension ServiceAction {
  /// Whether the action is about the processes of a service.
  fileprivate var isOfServers: Bool {
    switch self {
    case .start, .pause, .release, .requestPage, .runReadyCommand, .cancelCheck, .checkHealth,
      .cancelHealthCheck,
      .terminate, .kill, .discard:
      true
    case .open, .runHook, .close: false
    }
  }
}
