import Reloader

/// The readiness of a held process, by the rules of the README and independent of ``Readiness``.
struct SimulatedReadiness {
  /// A check that runs.
  enum Check { case page, command }

  let conditions: Readiness.Conditions
  /// The check that runs.
  var check: Check?
  var hasNotified = false
  /// The number of pages that were requested last and answered with 2xx.
  private var pages = 0
  /// The number of commands that have run last and succeeded.
  private var commands = 0
  /// The time when its listeners were all polled and complete.
  private var listenersMetAt: ContinuousClock.Instant?
  /// The time when all conditions but the delay were met.
  private var metAt: ContinuousClock.Instant?
  /// Whether it has met all conditions.
  private(set) var isReady = false
  private var listeners: [String: Bool] = [:]
  private var needed: Set<String> = []
  /// The last time when its listeners, or the needed ones, changed.
  private var changedAt: ContinuousClock.Instant

  init(_ conditions: Readiness.Conditions, now: ContinuousClock.Instant) {
    self.conditions = conditions
    changedAt = now
  }

  private var isPageMet: Bool { pages >= conditions.threshold }
  private var isCommandMet: Bool { commands >= conditions.threshold }

  private var areListenersMet: Bool { listenersMetAt != nil }
  /// Whether listening, and the delay, are all that is needed.
  private var isListeningEnough: Bool {
    !conditions.notifies && conditions.path == nil && !conditions.hasCommand
  }

  /// Whether the page may be requested.
  var isPageDue: Bool { areListenersMet && (hasNotified || !conditions.notifies) }

  /// Whether the command may be run.
  var isCommandDue: Bool { isPageDue && (isPageMet || conditions.path == nil) }

  /// Whether a page or a command is still to succeed, and nothing else comes before that.
  var isCheckDue: Bool { isPageDue && metAt == nil }

  /// The request of the page ends.
  mutating func pageAnswered(_ answer: Readiness.PageAnswer) {
    guard check == .page else { return }
    check = nil
    pages = answer == .status(200) ? pages + 1 : 0
  }

  /// The command ends.
  mutating func commandEnded(_ result: Readiness.CommandResult) {
    guard check == .command else { return }
    check = nil
    commands = result == .succeeded ? commands + 1 : 0
  }

  /// Looks at the listeners and the time. `timer` is the timer that fires at this moment.
  mutating func look(
    _ listeners: [String: Bool], needed: Set<String>, timer: Readiness.Timer?, at now: ContinuousClock.Instant
  ) {
    if listeners != self.listeners || needed != self.needed {
      (self.listeners, self.needed, changedAt) = (listeners, needed, now)
    }
    func hasPassed(_ duration: Duration, since time: ContinuousClock.Instant, _ expected: Readiness.Timer)
      -> Bool
    {
      let passed = time.duration(to: now)
      return passed > duration || passed == duration && timer == expected
    }
    let arePolled = !listeners.isEmpty && listeners.values.allSatisfy(\.self)
    if arePolled, listenersMetAt == nil {
      if needed.isSubset(of: listeners.keys) {
        listenersMetAt = now
      } else if hasPassed(.seconds(1), since: changedAt, .quiet) {
        listenersMetAt = changedAt + .seconds(1)
      }
    }
    if metAt == nil, isCommandDue, isCommandMet || !conditions.hasCommand {
      metAt = isListeningEnough ? listenersMetAt : now
    }
    guard let metAt else { return }
    if conditions.delay == .zero || hasPassed(conditions.delay, since: metAt, .delay) { isReady = true }
  }
}
