import Glibc
import LoopTestSupport
import Posix
import Reloader
import Settings
import Testing

@testable import Serving

// Each in a process of its own, whose children all are the test's.
@Suite("The checks of a held generation")
struct ReadinessChecksTests {
  /// Returns the results of the checks of generation 2, whose process is 4711. `begin` starts the first one, and
  /// `next` may start another one after each result. Ends when none was started.
  private static func results(
    _ command: SettingValue.CommandLine? = nil, connect: @escaping () -> Descriptor? = { nil },
    begin: @escaping (ReadinessChecks) -> Void,
    next: @escaping (ReadinessChecks, GenerationEvent) -> Bool = { _, _ in false }
  ) throws -> [GenerationEvent] {
    var results: [GenerationEvent] = []
    try withLoop { loop, children in
      var checks: ReadinessChecks?
      let known = ReadinessChecks(loop: loop, children: children) { generation, result in
        #expect(generation == 2)
        results.append(result)
        if checks.map({ next($0, result) }) != true { loop.stop() }
      }
      checks = known
      known.connect = { _ in connect() }
      var launch = Launch(directory: "/")
      launch.readyCommand = command
      known.expect(2, pid: 4711, launch)
      loop.after(.zero) { begin(known) }
      try loop.run()
      checks = nil
    }
    return results
  }

  @Test("report the status of a page, or that there is no response")
  func page() async {
    await #expect(processExitsWith: .success) {
      var answers = ["HTTP/1.1 503 Service Unavailable\r\n\r\n", "", "HTTP/1.1 204 No Content\r\n\r\n"]
      let results = try Self.results {
        guard let pair = try? SocketPair(.unix), let server = try? pair.remote.duplicate().release() else {
          return nil
        }
        _ = Glibc.write(server, answers[0], answers[0].utf8.count)
        answers.removeFirst()
        shutdown(server, CInt(SHUT_WR))  // and stays open, because the probe writes to it
        return pair.takeLocal()
      } begin: {
        $0.requestPage(of: 2, path: "/health")
      } next: { checks, result in
        if result == .pageAnswered(.status(204)) { return false }
        checks.requestPage(of: 2, path: "/health")
        return true
      }
      #expect(
        results == [.pageAnswered(.status(503)), .pageAnswered(.noResponse), .pageAnswered(.status(204))])
    }
  }

  @Test("report that a generation has no listener")
  func noListener() async {
    await #expect(processExitsWith: .success) {
      let results = try Self.results { $0.requestPage(of: 2, path: "/health") }
      #expect(results == [.pageAnswered(.noListener)])
    }
  }

  @Test("run a command that knows the generation and its process, and report whether it succeeds")
  func command() async {
    await #expect(processExitsWith: .success) {
      let directory = "/tmp/hotreload-ready-\(getpid())"
      try FileSystem.makeDirectories(directory)
      defer { FileSystem.removeAll(directory) }
      // Fails at first, and makes what it needs to succeed.
      let text = """
        test $HOTRELOAD_GENERATION = 2 && test $HOTRELOAD_PID = 4711 && test -e \(directory)/ran && exit 0
        touch \(directory)/ran; exit 1
        """
      let results = try Self.results(.shell(text)) {
        $0.runCommand(for: 2)
      } next: { checks, result in
        if result == .commandEnded(.succeeded) { return false }
        checks.runCommand(for: 2)
        return true
      }
      #expect(results == [.commandEnded(.failed), .commandEnded(.succeeded)])
    }
  }

  @Test("report why a command cannot be run")
  func noCommand() async {
    await #expect(processExitsWith: .success) {
      let results = try Self.results(.arguments(["/tmp/hotreload-ready-program-\(getpid())"])) {
        $0.runCommand(for: 2)
      }
      guard case .commandEnded(.notStarted(let reason)) = results.first else {
        Issue.record("\(results)")
        return
      }
      #expect(reason.contains("No such file or directory") && results.count == 1)
    }
  }

  @Test("report nothing once they are cancelled, and the command is killed")
  func cancelled() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        var results = 0
        let checks = ReadinessChecks(loop: loop, children: children) { _, _ in results += 1 }
        var launch = Launch(directory: "/")
        launch.readyCommand = .shell("sleep 1000")
        checks.expect(2, pid: 4711, launch)
        checks.runCommand(for: 2)
        #expect(!ProcessHandle.children(of: getpid()).isEmpty)
        checks.cancel(2)
        let pair = try SocketPair(.unix)
        let connection = try pair.remote.duplicate()
        checks.connect = { _ in try? connection.duplicate() }
        checks.requestPage(of: 2, path: "/health")
        checks.forget(2)
        try pair.takeLocal().write("HTTP/1.1 200 OK\r\n")
        func stopOnceAlone() {
          if ProcessHandle.children(of: getpid()).isEmpty { return loop.stop() }
          loop.after(.milliseconds(1), stopOnceAlone)
        }
        stopOnceAlone()
        try loop.run()
        #expect(results == 0)
      }
    }
  }
}
