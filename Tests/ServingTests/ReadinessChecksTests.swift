import Glibc
import LoopTestSupport
import Posix
import Settings
import Testing

@testable import Serving

// Each in a process of its own, whose children all are the test's.
@Suite("The readiness of a generation")
struct GenerationReadinessTests {
  /// What a ``Readiness`` tells of generation 2, whose process is 4711. `begin` gets it before the loop runs, and
  /// `connect` makes connections to the generation. Ends when it is ready.
  private static func told(
    _ rules: ReadinessRules, connect: @escaping () -> Descriptor? = { nil },
    whenUnready: @escaping () -> Void = {},
    begin: @escaping (Readiness) -> Void
  ) throws -> [String] {
    var told: [String] = []
    try withLoop { loop, children in
      let readiness = Readiness(rules, loop: loop, children: children, directory: "/") { generation in
        told.append("\(generation) is ready")
        loop.stop()
      } unready: { generation, reason in
        told.append("\(generation): \(reason)")
        whenUnready()
      }
      readiness.connect = { _ in connect() }
      readiness.expect(2, pid: 4711)
      begin(readiness)
      loop.after(.zero) { if told.last == "2 is ready" { loop.stop() } }
      try loop.run()
    }
    return told
  }

  @Test("is that it listens, if nothing else is wanted")
  func listens() async {
    await #expect(processExitsWith: .success) {
      let told = try Self.told(ReadinessRules()) { $0.listens(2) }
      #expect(told == ["2 is ready"])
    }
  }

  @Test("is that it has said so besides, before or after that")
  func notifies() async {
    await #expect(processExitsWith: .success) {
      let rules = ReadinessRules(notifies: true)
      let before = try Self.told(rules) {
        $0.notified(2)
        $0.listens(2)
      }
      #expect(before == ["2 is ready"])
      let after = try Self.told(rules) {
        $0.listens(2)
        $0.notified(2)
      }
      #expect(after.count == 2 && after.first?.contains("READY=1") == true && after.last == "2 is ready")
    }
  }

  @Test("is that it answers with 2xx, for which it is asked again and again")
  func answers() async {
    await #expect(processExitsWith: .success) {
      var answers = ["HTTP/1.1 503 Service Unavailable\r\n\r\n", "", "HTTP/1.1 204 No Content\r\n\r\n"]
      var listens = false
      let told = try Self.told(ReadinessRules(path: "/health")) {
        #expect(listens)
        guard let pair = try? SocketPair(.unix), let server = try? pair.remote.duplicate().release() else {
          return nil
        }
        _ = Glibc.write(server, answers[0], answers[0].utf8.count)
        answers.removeFirst()
        shutdown(server, CInt(SHUT_WR))  // and stays open, because the probe writes to it
        return pair.takeLocal()
      } begin: {
        $0.notified(2)
        listens = true
        $0.listens(2)
      }
      #expect(told.count == 3 && answers.isEmpty)
      #expect(told[0].contains("GET /health") && told[0].contains("503"))
      #expect(told[1].contains("GET /health") && told[2] == "2 is ready")
    }
  }

  @Test("is that a command succeeds, which knows the generation and its process")
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
      let told = try Self.told(ReadinessRules(command: .shell(text))) { $0.listens(2) }
      #expect(told.count == 2 && told[0].contains("swap.ready-command") && told[1] == "2 is ready")
    }
  }

  @Test("waits for a command that cannot be run, and says why")
  func noCommand() async {
    await #expect(processExitsWith: .success) {
      let program = "/tmp/hotreload-ready-program-\(getpid())"
      defer { FileSystem.remove(program) }
      let rules = ReadinessRules(command: .arguments([program]))
      let told = try Self.told(rules, whenUnready: { try? FileSystem.copy("/bin/true", to: program) }) {
        $0.listens(2)
      }
      #expect(told.count == 2 && told[0].contains("No such file or directory") && told[1] == "2 is ready")
    }
  }

  @Test("is that a time has passed after all else")
  func delay() async {
    await #expect(processExitsWith: .success) {
      let start = ContinuousClock.now
      let told = try Self.told(ReadinessRules(command: .shell("true"), delay: .milliseconds(20))) {
        $0.listens(2)
      }
      #expect(told.count == 2 && told[0].contains("swap.ready-delay") && told[1] == "2 is ready")
      #expect(start.duration(to: .now) >= .milliseconds(20))
    }
  }

  @Test("is not told of one that is gone, whose command is killed")
  func forgotten() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        var told = 0
        let rules = ReadinessRules(command: .shell("sleep 1000"))
        let readiness = Readiness(rules, loop: loop, children: children, directory: "/") { _ in
          told += 1
        } unready: { _, _ in
          told += 1
        }
        readiness.expect(2, pid: 4711)
        readiness.listens(2)
        #expect(!ProcessHandle.children(of: getpid()).isEmpty)
        readiness.forget(2)
        func stopOnceAlone() {
          if ProcessHandle.children(of: getpid()).isEmpty { return loop.stop() }
          loop.after(.milliseconds(1), stopOnceAlone)
        }
        stopOnceAlone()
        try loop.run()
        #expect(told == 0)
      }
    }
  }
}
