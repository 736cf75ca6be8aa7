import Glibc
import LoopTestSupport
import Posix
import Reloader
import Settings
import Testing

@testable import Serving

// Each in a process of its own, whose children all are the test's.
@Suite("The checks of a live generation")
struct HealthChecksTests {
  /// Returns the answer to one check of generation 2. `connect` returns the connection to it, and `begun` is called
  /// when the check has begun.
  private static func answer(
    _ check: Liveness.Check, pid: CInt = getpid(), within limit: Duration = .seconds(60),
    command: SettingValue.CommandLine? = nil, connect: @escaping () -> Descriptor? = { nil },
    begun: @escaping (HealthChecks) -> Void = { _ in }
  ) throws -> Liveness.Answer? {
    var answer: Liveness.Answer?
    try withLoop { loop, children in
      let checks = HealthChecks(loop: loop, children: children) { generation, event in
        #expect(generation == 2)
        if case .healthAnswered(let given) = event { answer = given }
        loop.stop()
      }
      checks.connect = { _ in connect() }
      var launch = Launch(directory: "/")
      launch.healthCommand = command
      checks.expect(2, pid: pid, launch)
      loop.after(.zero) {
        checks.check(2, check, within: limit)
        begun(checks)
      }
      try loop.run()
      checks.forget(2)
    }
    return answer
  }

  @Test("give the status of a page", arguments: [200, 302, 503])
  func page(code: Int) async {
    await #expect(processExitsWith: .success) { [code] in
      let answer = try Self.answer(.page("/live")) {
        guard let pair = try? SocketPair(.unix), let server = try? pair.remote.duplicate().release() else {
          return nil
        }
        let text = "HTTP/1.1 \(code) Reason\r\n\r\n"
        _ = Glibc.write(server, text, text.utf8.count)
        return pair.takeLocal()
      }
      #expect(answer == .status(code))
    }
  }

  @Test("tell that there is no listener, no HTTP, or no answer in time")
  func noAnswer() async {
    await #expect(processExitsWith: .success) {
      #expect(try Self.answer(.page("/live")) == .noListener)
      #expect(try Self.answer(.connection) == .noListener)
      signal(SIGPIPE, SIG_IGN)
      let silent = try SocketPair(.unix)
      let remote = try silent.remote.duplicate()
      let answer = try Self.answer(.page("/live"), within: .milliseconds(1)) { try? remote.duplicate() }
      #expect(answer == .timedOut)
      let closed = try Self.answer(.page("/live")) { (try? SocketPair(.unix))?.takeLocal() }
      #expect(closed == .noResponse)
    }
  }

  @Test("wait until a connection is accepted")
  func connection() async {
    await #expect(processExitsWith: .success) {
      let pair = try SocketPair(.unix)
      let remote = try pair.remote.duplicate()
      let accepted = try Self.answer(.connection) {
        try? remote.duplicate()
      } begun: {
        $0.accepted(2)
      }
      #expect(accepted == .accepted)
      let unaccepted = try Self.answer(.connection, within: .milliseconds(1)) { try? remote.duplicate() }
      #expect(unaccepted == .timedOut)
    }
  }

  @Test("run a command that knows the generation and its process, and kill it when the time is over")
  func command() async {
    await #expect(processExitsWith: .success) {
      let knows = SettingValue.CommandLine.shell(
        "test $HOTRELOAD_GENERATION = 2 && test $HOTRELOAD_PID = \(getpid())")
      #expect(try Self.answer(.command, command: knows) == .command(.succeeded))
      #expect(try Self.answer(.command, command: .shell("exit 3")) == .command(.failed))
      let endless = try Self.answer(.command, within: .milliseconds(1), command: .shell("sleep 1000"))
      #expect(endless == .timedOut)
      let missing = try Self.answer(.command, command: .arguments(["/tmp/hotreload-no-program-\(getpid())"]))
      guard case .command(.notStarted) = missing else {
        Issue.record("\(String(describing: missing))")
        return
      }
    }
  }

  /// A program whose child is traced by it, as by a debugger, and that says so on its standard output.
  private static let tracer = """
    import ctypes, os, time
    if os.fork() == 0:
      ctypes.CDLL(None).ptrace(0, 0, 0, 0)  # PTRACE_TRACEME
      print("traced", flush=True)
    time.sleep(1000)
    """

  @Test("say nothing about a process of which a debugger traces a child")
  func traced() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let pipe = try Pipe()
        let command = Command(
          ["/usr/bin/env", "python3", "-c", Self.tracer], environment: CurrentProcess.environment,
          directory: "/")
        let pid = try children.start(command, output: pipe.writing.number) { _ in }
        var answer: GenerationEvent?
        let checks = HealthChecks(loop: loop, children: children) { _, event in
          answer = event
          loop.stop()
        }
        checks.expect(2, pid: pid, Launch(directory: "/"))
        #expect(!ProcessHandle.isTraced(pid))
        _ = try loop.whenReadable(pipe.reading) { checks.check(2, .connection, within: .seconds(60)) }
        try loop.run()
        #expect(answer == .healthAnswered(.traced))
      }
    }
  }
}
