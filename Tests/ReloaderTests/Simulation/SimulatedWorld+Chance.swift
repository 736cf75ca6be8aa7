import RandomNumbers
import Reloader

// The random events.

extension SimulatedWorld {
  /// A possible event with its weight.
  typealias Choice = (weight: Int, event: Event)

  /// Lets one possible event happen at random.
  mutating func anything() throws(Violation) {
    var choices: [Choice] = [(builder.state == .idle ? likelihood.save : 1, .saved(randomSave()))]
    choices.append((1, .appeared(["main.swift"])))
    choices.append((1, .reloadWanted))
    if builder.state != .idle { choices.append((likelihood.buildEnd, .built(randomOutcomes()))) }
    for service in services where service.state != .closed {
      let id = service.id
      if service.state == .opening {
        choices.append((likelihood.answer, random.chance(likelihood.refusal) ? .notOpened(id) : .opened(id)))
      }
      for number in service.processes.keys.sorted() {
        guard let process = service.processes[number] else { continue }
        choices += happenings(process).map { ($0.weight, .generation(id, number, $0.event)) }
      }
      if service.isRunning, let stale = staleEvent(service) { choices.append((1, stale)) }
    }
    if let timer = nextTimer { choices.append((likelihood.timer, .due(timer))) }
    var left = Int.random(in: 0..<choices.reduce(0) { $0 + $1.weight }, using: &random)
    for choice in choices {
      left -= choice.weight
      if left < 0 { return try at(choice.event) }
    }
  }

  /// Lets some time pass, or all that there is before a timer, and then something happen.
  mutating func at(_ event: Event) throws(Violation) {
    let next = nextTimer.flatMap { timers[$0]?.at }
    if case .due = event, let next {
      now = max(now, next)
    } else {
      let passing = now + .milliseconds(Int.random(in: 0..<likelihood.milliseconds, using: &random))
      now = max(now, min(passing, next ?? passing))
    }
    try send(event)
  }

  var nextTimer: Deadline? {
    timers.min { ($0.value.at, $0.value.order) < ($1.value.at, $1.value.order) }?.key
  }

  /// Returns the result of the running build. A build succeeds for all its services, or for none.
  private mutating func randomOutcomes() -> [ServiceID: BuildOutcome] {
    let isCancelled = builder.state == .cancelled && random.chance(60)
    let choice = isCancelled ? 9 : Int.random(in: 0..<10, using: &random)
    let isDoubtful = choice < 2 && builder.state == .running
    var outcomes: [ServiceID: BuildOutcome] = [:]
    for id in builder.services.sorted() {
      switch choice {
      case 0..<7:
        let former = service(id)?.kept.min { $0.path < $1.path }
        guard let new = service(id)?.newArtifact() else { continue }
        let artifact = choice < 5 && !random.chance(20) ? new : former ?? new
        outcomes[id] = isDoubtful ? .doubtful(artifact) : .succeeded(artifact)
      case 7..<9: outcomes[id] = .failed
      default: outcomes[id] = .cancelled
      }
    }
    return outcomes
  }

  private mutating func happenings(_ process: SimulatedProcess) -> [(weight: Int, event: GenerationEvent)] {
    var choices: [(weight: Int, event: GenerationEvent)] = []
    if let address = process.nextAddress { choices.append((8, .listening(address))) }
    if let listeners = process.polledOneMore { choices.append((12, .listeners(listeners))) }
    if let listeners = process.closedOne { choices.append((1, .listeners(listeners))) }
    if process.isStarting { choices += happenings(process.readiness) }
    if let address = process.addresses.first, !process.isReplaced, likelihood.isUnholdable {
      choices.append((1, .unholdable(address)))
    }
    if process.listens { choices.append((1, .addresses(process.addresses))) }
    if !process.readiness.hasNotified { choices.append((1, .notified)) }
    if let check = process.health.check { choices += happenings(check) }
    choices.append((1, .needs(.seconds(40))))
    for command in SimulatedProcess.Command.allCases where process.unacknowledged.contains(command) {
      switch command {
      case .pause: choices += [(likelihood.answer, .paused(Connections(busy: 1))), (1, .pauseFailed)]
      case .release: choices.append((likelihood.answer, .released))
      case .drain: choices.append((likelihood.answer, .drained))
      }
    }
    let endings: [Ending] =
      [.exited(0), .exited(1), .signalled("SIGSEGV")] + (process.listens ? [] : [.notStarted("")])
    let weight = process.isKilled ? 20 : process.isTerminated ? 6 : likelihood.death
    choices.append((weight, .ended(endings.randomElement(using: &random) ?? .exited(1))))
    return choices
  }

  private func happenings(_ readiness: SimulatedReadiness) -> [(weight: Int, event: GenerationEvent)] {
    var choices: [(weight: Int, event: GenerationEvent)] = []
    if readiness.conditions.notifies, !readiness.hasNotified { choices.append((8, .notified)) }
    switch readiness.check {
    case .page:
      choices += [
        (8, .pageAnswered(.status(200))), (2, .pageAnswered(.status(503))), (1, .pageAnswered(.noResponse)),
        (1, .pageAnswered(.noListener)),
      ]
    case .command:
      choices += [
        (8, .commandEnded(.succeeded)), (2, .commandEnded(.failed)), (1, .commandEnded(.notStarted(""))),
      ]
    case nil: break
    }
    return choices
  }

  private func happenings(_ check: Liveness.Check) -> [(weight: Int, event: GenerationEvent)] {
    let answers: [(weight: Int, event: Liveness.Answer)] =
      switch check {
      case .page:
        [(6, .status(200)), (2, .status(302)), (2, .status(404)), (2, .noResponse), (2, .noListener)]
      case .connection: [(8, .accepted), (4, .noListener)]
      case .command: [(8, .command(.succeeded)), (3, .command(.failed)), (1, .command(.notStarted("")))]
      }
    return (answers + [(3, .timedOut), (2, .traced)]).map { ($0.weight, .healthAnswered($0.event)) }
  }

  /// Returns an event that comes after it was no longer expected.
  private mutating func staleEvent(_ service: SimulatedService) -> Event? {
    let number = Int.random(in: 1...max(1, service.lastNumber), using: &random)
    let commands = service.processes[number]?.unacknowledged ?? []
    let check = service.processes[number]?.readiness.check
    let isChecked = service.processes[number]?.health.check != nil
    switch Int.random(in: 0..<7, using: &random) {
    case 0 where !commands.contains(.pause):
      return .generation(service.id, number, .paused(Connections()))
    case 1 where !commands.contains(.pause): return .generation(service.id, number, .pauseFailed)
    case 2 where !commands.contains(.release): return .generation(service.id, number, .released)
    case 3 where !commands.contains(.drain): return .generation(service.id, number, .drained)
    case 4 where check != .page: return .generation(service.id, number, .pageAnswered(.status(200)))
    case 5 where check != .command: return .generation(service.id, number, .commandEnded(.succeeded))
    case 6 where !isChecked: return .generation(service.id, number, .healthAnswered(.timedOut))
    default: return nil
    }
  }
}
