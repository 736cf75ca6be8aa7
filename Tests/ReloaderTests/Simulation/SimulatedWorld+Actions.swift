@testable import Reloader
import RandomNumbers

// The effect of an action on the world, and the check that it is allowed now.

extension SimulatedWorld {
  mutating func perform(_ action: Action, after event: Event?) throws(Violation) {
    switch action {
    case .startBuild, .startCleanBuild:
      guard build == .idle else { throw Violation("two builds at a time") }
      guard interrupts == 0 else { throw Violation("a build is started on the way out") }
      build = .running
    case .cancelBuild:
      guard build == .running else { throw Violation("nothing to cancel") }
      build = .cancelled
    case .killBuild:
      guard build != .idle, interrupts > 1 else { throw Violation("no build is to be killed") }
    case .start(let number, let artifact, let held):
      try start(number, artifact, held: held, because: event)
    case .pause(let number): try command(.pause, number)
    case .release(let number): try release(number)
    case .terminate(let number): try terminate(number)
    case .kill(let number):
      try mayEnd(number)
      guard let process = processes[number] else { throw Violation("\(number) is killed, but ended already") }
      guard process.isOverdue || interrupts > 1 else { throw Violation("\(number) is killed in its time") }
      processes[number]?.isKilled = true
    case .discard(let artifact):
      guard kept.remove(artifact) != nil else { throw Violation("\(artifact.path) is discarded twice") }
    case .set(let deadline, let delay):
      timersSet += 1
      timers[deadline] = (now + delay, timersSet)
    case .cancel(let deadline): timers[deadline] = nil
    case .report: break
    case .leave: try leave()
    }
  }

  private mutating func start(_ number: Int, _ artifact: Artifact, held: Bool, because event: Event?)
    throws(Violation)
  {
    guard number == lastNumber + 1 else { throw Violation("\(number) follows \(lastNumber)") }
    guard kept.contains(artifact) else { throw Violation("a discarded program is started: \(artifact.path)") }
    guard interrupts == 0 else { throw Violation("a program is started on the way out") }
    guard held || reloader.fallback == nil else { throw Violation("the fallback is not resumed") }
    guard artifact == (event == .due(.restart) ? good : newest) else {
      throw Violation(
        "another program is started than the \(event == .due(.restart) ? "good" : "newest") one")
    }
    lastNumber = number
    isStale = false
    let neverListens = onlyWorkers || !newProcessesListen && random.chance(10)
    processes[number] = SimulatedProcess(artifact, held: held, neverListens: neverListens)
    if !held {
      serving = number
      processes[number]?.isAwaited = goodListens
    }
  }

  private mutating func command(_ command: SimulatedProcess.Command, _ number: Int) throws(Violation) {
    guard processes[number] != nil else { throw Violation("\(command) for \(number), which has ended") }
    processes[number]?.unacknowledged.insert(command)
  }

  private mutating func release(_ number: Int) throws(Violation) {
    try command(.release, number)
    processes[number]?.unacknowledged.subtract([.pause, .drain])
    processes[number]?.accepts = true
    if processes[number]?.hasServed == true { serving = number }
  }

  private mutating func terminate(_ number: Int) throws(Violation) {
    try mayEnd(number)
    guard let process = processes[number], !process.isTerminated else {
      throw Violation("\(number) is asked to end, but has been, or is gone")
    }
    if process.hasServed, process.listens, !process.isDrained, interrupts == 0, !process.pauseFailed,
      process.keptOn < 2
    {
      throw Violation("\(number) is asked to end before it has settled")
    }
    processes[number]?.isTerminated = true
    if serving == number { serving = nil }
  }

  /// Throws a ``Violation`` if a live generation is ended, unless the user has interrupted, another
  /// generation accepts, or it is a worker that is replaced.
  private func mayEnd(_ number: Int) throws(Violation) {
    guard interrupts == 0, number == serving, let process = processes[number] else { return }
    if processes.contains(where: { $0.key != number && $0.value.accepts }) { return }
    if process.isOverdue, process.hasServed, process.unacknowledged.contains(.release) { return }
    if !process.listens, process.artifact != newest || process.isAwaited || isStale { return }
    if replaces || process.isReplaced, process.isDrained || process.pauseFailed { return }
    if process.keptOn >= 2, processes.contains(where: { $0.key > number && $0.value.saidReady }) { return }
    throw Violation("the serving generation \(number) is ended, with no other to serve")
  }

  private mutating func leave() throws(Violation) {
    guard !hasLeft else { throw Violation("left twice") }
    guard interrupts > 0 else { throw Violation("left without being asked") }
    guard processes.isEmpty, build == .idle else { throw Violation("left, with something behind") }
    guard timers.isEmpty else { throw Violation("left, with timers set: \(timers.keys)") }
    hasLeft = true
  }
}
