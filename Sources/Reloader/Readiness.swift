/// Decides when one generation is ready. It turns facts about the generation into actions, does no I/O, and gets
/// the time with each event.
///
/// A held generation is ready when it polls all of its listeners, these include every needed one, and it meets
/// ``Conditions``, which are checked one after the other. A condition that was met is not checked again. A
/// generation that starts alone is ready at once, or as soon as it listens.
package struct Readiness: Equatable, Sendable {
  /// The way in which the generation starts.
  let start: Start
  /// The conditions besides listening.
  let conditions: Conditions
  /// The next thing that the generation must do.
  package private(set) var phase = Phase.listening
  /// The listeners of the generation by key, each with whether a process polls it.
  private(set) var listeners: [String: Bool] = [:]
  /// The keys of the listeners of the generations before it.
  private var needed: Set<String> = []
  /// Whether the generation has sent `READY=1`.
  private var hasNotified = false
  /// The number of attempts at the page or the command that have succeeded in a row.
  private var successes = 0
  /// Whether a page was requested and not answered, or the command is running.
  private var isChecking = false
  /// Whether nothing is decided any more, because the generation is being ended.
  private var isStopped = false
  /// The timers that are set.
  private var timers: Set<Timer> = []
  /// The time by which the generation must be ready; `nil` if it is, or was from the beginning.
  private var deadline: ExtensibleDeadline?
  /// The actions that the current event has caused so far.
  private var actions: [Action] = []

  /// Creates the state before the start of a generation.
  package init(_ start: Start, _ conditions: Conditions) {
    (self.start, self.conditions) = (start, conditions)
  }

  /// Whether the generation has to listen before it counts as started, and has not done so.
  var awaitsListener: Bool { start == .alone(awaitsListener: true) && phase != .ready }

  /// Handles the start of the generation. It is reported as still starting after `slowStart`, and must be ready
  /// within `timeout`.
  package mutating func begin(slowStart: Duration, timeout: Duration, at now: ContinuousClock.Instant)
    -> [Action]
  {
    deciding { readiness in
      if readiness.start == .alone(awaitsListener: false) { return readiness.becomeReady() }
      readiness.set(.slowStart, after: slowStart)
      readiness.set(.timeout, after: timeout)
      readiness.deadline = ExtensibleDeadline(after: timeout, from: now)
    }
  }

  /// Handles an event. Returns the resulting actions in order.
  package mutating func handle(_ event: Event, at now: ContinuousClock.Instant) -> [Action] {
    deciding { readiness in
      switch event {
      case .listeners(let listeners): readiness.listeners(listeners)
      case .needed(let keys): readiness.needed(keys)
      case .notified: readiness.notified()
      case .pageAnswered(let answer): readiness.pageAnswered(answer)
      case .commandEnded(let result): readiness.commandEnded(result)
      case .due(let timer): readiness.due(timer)
      case .needsTime(let duration): readiness.needsTime(duration, at: now)
      }
    }
  }

  /// Stops, because the generation ends or was asked to: cancels the running check and all timers. Later events
  /// cause no actions.
  package mutating func stop() -> [Action] {
    deciding { $0.end() }
  }

  /// Runs `body` as the handler of one event, and returns its actions.
  private mutating func deciding(_ body: (inout Readiness) -> Void) -> [Action] {
    defer { actions = [] }
    body(&self)
    return actions
  }
}

// The listeners.
extension Readiness {
  /// The time for which a generation must open no further listener, if it lacks a needed one: new code may no
  /// longer listen there.
  package static let quiet: Duration = .seconds(1)

  private mutating func listeners(_ listeners: [String: Bool]) {
    if listeners == self.listeners { return }
    self.listeners = listeners
    checkListeners()
  }

  private mutating func needed(_ keys: Set<String>) {
    if keys == needed { return }
    needed = keys
    checkListeners()
  }

  private mutating func checkListeners() {
    guard phase == .listening, !isStopped else { return }
    cancel(.quiet)
    if listeners.isEmpty { return }
    if start != .held { return becomeReady() }
    guard listeners.values.allSatisfy(\.self) else { return }
    if needed.isSubset(of: listeners.keys) { awaitNotification() } else { set(.quiet, after: Self.quiet) }
  }
}

// The conditions of the settings, in the order in which they are checked.
extension Readiness {
  private mutating func awaitNotification() {
    if conditions.notifies, !hasNotified { phase = .awaiting(.notification) } else { checkPage() }
  }

  private mutating func notified() {
    hasNotified = true
    if phase == .awaiting(.notification), !isStopped { checkPage() }
  }

  private mutating func checkPage() {
    guard let path = conditions.path else { return checkCommand() }
    phase = .awaiting(.page(path, .noResponse))
    requestPage(path)
  }

  private mutating func requestPage(_ path: String) {
    isChecking = true
    actions.append(.requestPage(path))
  }

  private mutating func pageAnswered(_ answer: PageAnswer) {
    guard isChecking, case .awaiting(.page(let path, _)) = phase else { return }
    isChecking = false
    let succeeds = if case .status(200...299) = answer { true } else { false }
    if isEnough(succeeds) { return checkCommand() }
    phase = .awaiting(.page(path, answer))
    set(.retry, after: conditions.period)
  }

  /// Counts an attempt. Returns whether enough have succeeded in a row.
  private mutating func isEnough(_ succeeds: Bool) -> Bool {
    successes = succeeds ? successes + 1 : 0
    if successes < conditions.threshold { return false }
    successes = 0
    return true
  }

  private mutating func checkCommand() {
    guard conditions.hasCommand else { return delay() }
    phase = .awaiting(.command(.failed))
    runCommand()
  }

  private mutating func runCommand() {
    isChecking = true
    actions.append(.runCommand)
  }

  private mutating func commandEnded(_ result: CommandResult) {
    guard isChecking, case .awaiting(.command) = phase else { return }
    isChecking = false
    if isEnough(result == .succeeded) { return delay() }
    phase = .awaiting(.command(result))
    set(.retry, after: conditions.period)
  }

  private mutating func delay() {
    guard conditions.delay > .zero else { return becomeReady() }
    phase = .awaiting(.delay)
    set(.delay, after: conditions.delay)
  }

  private mutating func becomeReady() {
    phase = .ready
    cancel(.slowStart)
    cancel(.timeout)
    deadline = nil
    actions.append(.ready)
  }
}

// The timers.
extension Readiness {
  private mutating func set(_ timer: Timer, after duration: Duration) {
    timers.insert(timer)
    actions.append(.set(timer, after: duration))
  }

  private mutating func cancel(_ timer: Timer) {
    if timers.remove(timer) != nil { actions.append(.cancel(timer)) }
  }

  private mutating func due(_ timer: Timer) {
    guard timers.remove(timer) != nil else { return }
    switch (timer, phase) {
    case (.quiet, _): awaitNotification()
    case (.retry, .awaiting(.page(let path, _))): requestPage(path)
    case (.retry, _): runCommand()
    case (.delay, _): becomeReady()
    case (.slowStart, _): actions.append(.reportSlowStart)
    case (.timeout, _):
      end()
      actions.append(.timeOut)
    }
  }

  private mutating func needsTime(_ duration: Duration, at now: ContinuousClock.Instant) {
    guard !isStopped, let time = deadline?.extend(by: duration, at: now) else { return }
    set(.timeout, after: time)
  }

  private mutating func end() {
    if isChecking { actions.append(.cancelCheck) }
    isChecking = false
    for timer in Timer.allCases { cancel(timer) }
    isStopped = true
  }
}
