import Foundation
import Posix
import Testing

extension EndToEnd {
  @Suite("hotreload itself in need")
  struct ResourceExhaustionTests {
    /// Serves "one" under load, runs `body`, and then swaps in "three". Expects that nothing is lost and that
    /// no process or file remains.
    private func underLoad(
      _ body: (FaultyServer, RunningHotReload, Load, _ session: pid_t) throws -> Void
    ) throws {
      try withPackage(fixture: "FaultyServer") { package in
        let server = try FaultyServer(package)
        try server.save("one")
        let hotReload = try package.serving()
        let load = package.load([.fresh, .fresh])
        try body(server, hotReload, load, try package.session)
        try server.save("three")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
        try server.awaitOneGeneration()
        #expect(try load.end() == [:])
      }
    }

    @Test("is stopped while the server asks for its listener, and goes on")
    func stoppedForAWhile() throws {
      try underLoad { server, hotReload, load, session in
        try server.save("two", at: "before-bind", "stop")
        let new = try FaultyServer.awaitStop(at: "before-bind", hotReload)
        try stop(session)
        kill(new, SIGCONT)
        try load.goesOn()
        kill(session, SIGCONT)
        let line = try hotReload.await("generation 2 ")
        // The time limit of one second for its readiness may have passed.
        #expect(line.contains("is live after ") || line.contains("was not ready within 1 s"))
      }
    }

    @Test("is stopped for longer than a new server waits: that one ends, the old one serves")
    func stoppedForLong() throws {
      try underLoad { server, hotReload, load, session in
        try server.save("two", at: "socket", "stop")
        let new = try FaultyServer.awaitStop(at: "socket", hotReload)
        try stop(session)
        kill(new, SIGCONT)
        try hotReload.await("cannot connect to hotreload")  // 5 s
        try load.goesOn()
        kill(session, SIGCONT)
        try hotReload.await(
          "generation 2 exited with code 1 before it was ready; generation 1 stays live")
      }
    }

    @Test("has no descriptor left when a new server calls: it waits without spinning, and the old one serves")
    func withoutDescriptors() throws {
      try underLoad { server, hotReload, load, session in
        try server.save("two", at: "socket", "stop")
        let new = try FaultyServer.awaitStop(at: "socket", hotReload)
        let before = try ObservedProcess.processorTime(of: session)
        let limits = try Limit(ofDescriptors: "0", pid: session)
        kill(new, SIGCONT)
        try hotReload.await("generation 2 was not ready within 1 s")
        #expect(try ObservedProcess.processorTime(of: session) - before < 0.1)
        try server.awaitOneGeneration()
        try load.goesOn()
        try limits.restore()
      }
    }

    @Test("swaps while the queue of the listener is full: all who wait are answered")
    func fullQueue() throws {
      try withPackage(fixture: "FaultyServer") { package in
        let server = try FaultyServer(package, swap: "handover-timeout = \"30s\"")
        try server.save("one")
        let hotReload = try package.serving()
        let old = try package.answer().pid
        try stop(old)
        // The queue of `listen(fd, 16)` has room for 17.
        let connections = try (0..<20).map { _ in try Connection(withoutWaiting: package.port) }
        try eventually("a full queue") { try Ports.queue(of: package.port) == 17 }
        try server.save("two", at: "after-polled", "none")
        _ = try FaultyServer.awaitStep("after-polled", hotReload)
        kill(old, SIGCONT)
        try hotReload.await("generation 2 is live after ")
        for connection in connections { _ = try Answer(try connection.get()) }
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("serves a program whose build writes into the file that runs")
    func overwrittenProgram() throws {
      try withPackage(fixture: "FaultyServer") { package in
        let server = try FaultyServer(package)
        let settings = try package.text(package.root + "/.reload.toml")
        try package.replace(
          package.root + "/.reload.toml",
          settings.replacing("app.new && chmod +x app.new && mv app.new app", with: "app && chmod +x app"))
        try server.save("one")
        let hotReload = try package.serving()
        let load = package.load([.fresh, .fresh])
        for (generation, greeting) in [(2, "two"), (3, "three"), (4, "four")] {
          try server.save(greeting)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == greeting)
        }
        try server.awaitOneGeneration()
        #expect(try load.end() == [:])
        // The program that runs is the last good one, and not what was written since.
        try package.replace(package.root + "/app", "no program\n")
        let other = package.load([.fresh, .fresh])
        try other.goesOn()
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 5 listens on")
        #expect(try package.answer().greeting == "four")
        try other.goesOn()
        #expect(Load.isOneEach(try other.end(), of: 2))
      }
    }
  }
}

/// Stops a process, and waits until it is stopped.
private func stop(_ pid: pid_t) throws {
  kill(pid, SIGSTOP)
  try eventually("the stop of \(pid)") { try ObservedProcess.isStopped(pid) }
}

/// The limit on the descriptors of a process, and its previous value.
private struct Limit {
  private let pid: pid_t
  private let before: String

  init(ofDescriptors soft: String, pid: pid_t) throws {
    self.pid = pid
    before = try Self.prlimit(["--pid", "\(pid)", "--nofile", "--output=SOFT", "--noheadings", "--raw"])
    _ = try Self.prlimit(["--pid", "\(pid)", "--nofile=\(soft):"])
  }

  func restore() throws { _ = try Self.prlimit(["--pid", "\(pid)", "--nofile=\(before):"]) }

  private static func prlimit(_ arguments: [String]) throws -> String {
    let command = Command(
      path: "/usr/bin/prlimit", arguments: ["prlimit"] + arguments, environment: [], directory: "/",
      parentDeathSignal: SIGKILL)
    let (ending, text) = try ChildProcess.run(command)
    guard ending == .exited(0) else { throw POSIXError(.EPERM) }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
