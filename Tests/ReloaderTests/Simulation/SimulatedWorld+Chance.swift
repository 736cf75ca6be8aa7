import RandomNumbers
import Reloader

// The random events.

extension SimulatedWorld {
  /// Lets one possible event happen at random.
  mutating func anything() throws(Violation) {
    var choices: [(weight: Int, event: Event)] = []
    choices.append((build == .idle ? likelihood.save : 1, .changed(["main.swift"])))
    choices.append((1, .restartWanted([".env"])))
    if build != .idle { choices.append((likelihood.buildEnd, .built(outcome()))) }
    for number in processes.keys.sorted() {
      guard let process = processes[number] else { continue }
      choices += happenings(process).map { ($0.weight, .generation(number, $0.event)) }
    }
    if let timer = nextTimer { choices.append((likelihood.timer, .due(timer))) }
    if let stale = staleEvent() { choices.append((1, stale)) }
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

  private mutating func outcome() -> BuildOutcome {
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<2 where build == .running: .doubtful(newArtifact())
    case 0..<5: build == .cancelled && random.chance(60) ? .cancelled : .succeeded(newArtifact())
    case 5..<7:
      .succeeded(kept.sorted { $0.path < $1.path }.randomElement(using: &random) ?? newArtifact())
    case 7..<9: .failed
    default: .cancelled
    }
  }

  mutating func newArtifact() -> Artifact {
    artifactsBuilt += 1
    return Artifact(path: "app-\(artifactsBuilt)")
  }

  private mutating func happenings(_ process: SimulatedProcess) -> [(weight: Int, event: GenerationEvent)] {
    var choices: [(weight: Int, event: GenerationEvent)] = []
    if !process.listens, !process.neverListens { choices.append((8, .listening("127.0.0.1:8080"))) }
    if process.held, process.listens, !process.saidReady { choices.append((12, .ready)) }
    if process.listens, !process.isReplaced, likelihood.isUnholdable {
      choices.append((1, .unholdable("127.0.0.1:8080")))
    }
    if process.listens { choices.append((1, .addresses(["127.0.0.1:8080"]))) }
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

  /// Returns an event that comes after it was no longer expected.
  private mutating func staleEvent() -> Event? {
    let number = Int.random(in: 1...max(1, lastNumber), using: &random)
    let commands = processes[number]?.unacknowledged ?? []
    switch Int.random(in: 0..<4, using: &random) {
    case 0 where !commands.contains(.pause): return .generation(number, .paused(Connections()))
    case 1 where !commands.contains(.pause): return .generation(number, .pauseFailed)
    case 2 where !commands.contains(.release): return .generation(number, .released)
    case 3 where !commands.contains(.drain): return .generation(number, .drained)
    default: return nil
    }
  }
}
