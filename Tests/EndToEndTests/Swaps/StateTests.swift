import Foundation
import Testing
import TestTraits

extension EndToEnd {
  @Suite("a server that carries its state over")
  struct StateTests {
    private static let carry =
      "HotReload.carry(\"count\", save: { counter.value }, restore: { counter.value = $0 })"

    private func withServer(
      probation: String = "100ms", _ body: (TemporaryPackage, RunningHotReload) throws -> Void
    ) throws {
      try withPackage(fixture: "CounterServer") { package in
        let sources = URL(filePath: #filePath).appending(path: "../../../../Sources").standardized.path
        for module in ["HotReload", "LibraryInterface"] {
          try FileManager.default.copyItem(
            atPath: "\(sources)/\(module)", toPath: "\(package.root)/Sources/\(module)")
        }
        try body(package, try package.serving("--probation", probation))
      }
    }

    private func save(_ package: TemporaryPackage, _ greeting: String, _ carry: String = Self.carry) throws {
      try package.replace(
        package.root + "/Sources/App/Behaviour.swift",
        """
        import Glibc
        import HotReload

        let greeting = "\(greeting)"

        func carry() {
          \(carry)
        }

        """)
    }

    @Test("over five swaps under load counts every request, and none twice")
    func counts() throws {
      try withServer { package, hotReload in
        let load = CountingLoad(port: package.port, clients: 4)
        for generation in 2...6 {
          try load.goesOn()
          try save(package, "number-\(generation)")
          try hotReload.await("generation \(generation) is live after ")
        }
        try load.goesOn()
        let counts = try load.end()
        #expect(counts.count > 500)
        #expect(counts.sorted() == Array(1...counts.count))
      }
    }

    @Test(
      "goes on with what it had when new code crashes as it gets the state, or soon after", .long,
      arguments: [
        "restore: { _ in abort() }",
        "restore: { counter.value = $0; signal(SIGALRM) { _ in abort() }; ualarm(100_000, 0) }",
      ])
    func crash(restore: String) throws {
      try withServer(probation: "10s") { package, hotReload in
        for number in 1...3 { #expect(try answer(package) == "one \(number)") }
        try save(package, "two", "HotReload.carry(\"count\", save: { counter.value }, \(restore))")
        try hotReload.await("generation 2 was killed by SIGABRT")
        try hotReload.output.await("resumed")
        #expect(try answer(package) == "one 4")
        try save(package, "three")
        try hotReload.await("generation 3 is live after ")
        #expect(try answer(package) == "three 5")
      }
    }

    @Test("another version is asked what to do with the state", .long)
    func mismatch() throws {
      try withServer { package, hotReload in
        #expect(try answer(package) == "one 1")
        try save(
          package, "two",
          """
          HotReload.carry(
            "count", version: 2, save: { "\\(counter.value)" }, restore: { counter.value = Int($0) ?? -1 },
            mismatch: { old in counter.value = 1000 * old.version + (try old.decode(Int.self)) })
          """)
        try hotReload.await("generation 2 is live after ")
        #expect(try answer(package) == "two 1002")
        try save(package, "three")
        try hotReload.await("dropping the state 'count': it has version 2, but this code needs version 1")
        try hotReload.await("generation 3 is live after ")
        #expect(try answer(package) == "three 1")
      }
    }

    @Test("that takes too long to save goes on, and so does its code", .long)
    func slowSave() throws {
      try withServer { package, hotReload in
        try save(
          package, "two", "HotReload.carry(\"count\", save: { pause(); return 0 }, restore: { (_: Int) in })")
        try hotReload.await("generation 2 is live after ")
        try save(package, "three")
        try hotReload.output.await("resumed")
        #expect(try answer(package) == "two 1")
      }
    }

    @Test("that is killed goes on with what it saved last", .long)
    func restart() throws {
      try withServer { package, hotReload in
        for number in 1...3 { #expect(try answer(package) == "one \(number)") }
        try save(package, "two")
        try hotReload.await("generation 2 is live after ")
        try hotReload.output.await("stopping")  // the old one has gone: there is nothing to go back to
        let server = try #require(package.processes.first { $0.command.hasSuffix("/App") })
        kill(server.pid, SIGKILL)
        #expect(try answer(package) == "two 4")
      }
    }

    private func answer(_ package: TemporaryPackage) throws -> String {
      try Connection(port: package.port).get()
    }
  }
}

/// Clients in closed loops: each must see the count grow.
private final class CountingLoad: @unchecked Sendable {
  private let condition = NSCondition()
  private var counts: [Int] = []
  private var failure: (any Error)?
  private var isOver = false
  private var running: Int

  struct WentBack: Error { let counts: (Int, Int) }

  init(port: UInt16, clients: Int) {
    running = clients
    for _ in 0..<clients {
      Thread { [self] in
        do {
          var last = 0
          while !(sync { isOver }) {
            let count = Int(try Connection(port: port).get().split(separator: " ")[1]) ?? -1
            guard count > last else { throw WentBack(counts: (last, count)) }
            last = count
            sync { counts.append(count) }
            usleep(500)  // the builds need the processor too
          }
        } catch {
          sync { failure = error }
        }
        sync { running -= 1 }
      }.start()
    }
  }

  /// Waits for some more answers.
  func goesOn() throws {
    let goal = sync { counts.count } + 100
    try condition.await("more answers") {
      if let failure { throw failure }
      return counts.count >= goal ? true : nil
    }
  }

  /// Stops the load. Returns all counts that were seen.
  func end() throws -> [Int] {
    sync { isOver = true }
    return try condition.await("the clients' ends") {
      if let failure { throw failure }
      return running == 0 ? counts : nil
    }
  }

  private func sync<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return body()
  }
}
