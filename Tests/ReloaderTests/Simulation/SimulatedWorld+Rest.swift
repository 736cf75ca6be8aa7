@testable import Reloader
import RandomNumbers

// The world without further saves, until no event is left.

extension SimulatedWorld {
  /// Lets the world run without saves and without events of processes: only time passes, killed processes
  /// end, and the good program listens when it is started again.
  mutating func fallSilent() throws(Violation) {
    try rest { world in
      if let number = world.processes.keys.sorted().first(where: { world.processes[$0]?.isKilled == true }) {
        return .generation(number, .ended(.signalled("SIGKILL")))
      }
      if let awaited = world.processes.first(where: { $0.value.isAwaited && $0.value.artifact == world.good }
      ),
        !awaited.value.isTerminated
      {
        return .generation(awaited.key, .listening("127.0.0.1:8080"))
      }
      return world.nextTimer.map { .due($0) }
    }
  }

  /// Lets the world run without saves and failures: builds succeed, no process dies, and every command is
  /// acknowledged before time passes.
  mutating func behave() throws(Violation) {
    try rest { world in
      if world.build != .idle {
        return .built(world.build == .running ? .succeeded(world.newArtifact()) : .cancelled)
      }
      for number in world.processes.keys.sorted() {
        guard let event = world.processes[number]?.duty else { continue }
        return .generation(number, event)
      }
      return world.nextTimer.map { .due($0) }
    }
    guard build == .idle else { throw Violation("a build goes on") }
  }

  private mutating func rest(_ next: (inout SimulatedWorld) -> Event?) throws(Violation) {
    for _ in 0..<300 {
      guard let event = next(&self) else { return try checkRest() }
      try at(event)
    }
    throw Violation("it does not come to rest")
  }

  private func checkRest() throws(Violation) {
    guard interrupts == 0 else { return }
    guard reloader.swap == .waiting, reloader.queuedArtifact == nil else {
      throw Violation("a swap is not brought to its end")
    }
    guard processes.count <= 1 else { throw Violation("more than one generation is left") }
    if let process = processes.values.first {
      guard reloader.backoff == reloader.timing.backoff else {
        throw Violation("health does not end the doubling")
      }
      guard process.accepts, serving != nil else { throw Violation("what is left does not serve") }
      guard good == process.artifact else { throw Violation("what is left has not proved itself") }
      if let newest, process.artifact != newest, !failed.contains(newest) {
        throw Violation("the newest program was forgotten")
      }
    } else if goodListens {
      throw Violation("a server proved itself, and none runs")
    }
  }

  /// Checks that after a last save the newest program is live, and no other one runs.
  mutating func saveAndCheck() throws(Violation) {
    try at(.changed(["main.swift"]))
    let before = artifactsBuilt
    newProcessesListen = true
    try behave()
    guard artifactsBuilt > before, let newest, newest.path == "app-\(artifactsBuilt)" else {
      throw Violation("the last save was not built")
    }
    guard processes.values.map(\.artifact) == [newest], kept == [newest] else {
      throw Violation("the newest program does not serve alone")
    }
  }

  /// Interrupts once or several times, and checks that everything ends.
  mutating func interruptAndCheck() throws(Violation) {
    if interrupts == 0 { try at(.interrupted) }
    for _ in 0..<300 where !hasLeft {
      if random.chance(5) { try at(.interrupted) } else { try anythingAtTheEnd() }
    }
    guard hasLeft else { throw Violation("it does not leave") }
    for event: Event in [.interrupted, .changed(["main.swift"]), .due(.restart), .interrupted] {
      try at(event)
    }
  }

  private mutating func anythingAtTheEnd() throws(Violation) {
    if processes.isEmpty, build != .idle, random.chance(50) { return try at(.built(.cancelled)) }
    try anything()
  }
}

extension SimulatedProcess {
  /// The next event of a process that behaves well.
  var duty: GenerationEvent? {
    if isTerminated || isKilled { return .ended(.signalled("SIGTERM")) }
    if !listens, !neverListens { return .listening("127.0.0.1:8080") }
    if held, listens, !saidReady { return .ready }
    if unacknowledged.contains(.pause) { return .paused(Connections()) }
    if unacknowledged.contains(.release) { return .released }
    if unacknowledged.contains(.drain) { return .drained }
    return nil
  }
}
