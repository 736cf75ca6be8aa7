import Foundation
import Testing

extension EndToEnd {
  @Suite("a live server that does not work any more")
  struct HealthTests {
    /// A server that hangs for ever at a request of `/slow`.
    private static let hangs = "#define BEFORE_WAIT pause()"

    private static let options = [
      "--health-period", "100ms", "--health-timeout", "1s", "--health-threshold", "2", "--restart-delay",
      "10ms",
      "--probation", "10ms",
    ]

    @Test(
      "is ended and restarted; a client that connects meanwhile waits and is answered",
      arguments: [
        ("EpollServer", ["--health-path", "/"], "GET / ('health.path') gets no response in time"),
        ("EpollServer", ["--health-tcp"], "a connection ('health.tcp') is not accepted in time"),
      ])
    func hangs(fixture: String, check: [String], reason: String) throws {
      try withPackage(fixture: fixture) { package in
        try package.save("one", Self.hangs)
        let hotReload = try package.serving(Self.options + check)
        let first = try package.answer()
        let hanging = try Connection(port: package.port)
        try hanging.send("/slow")
        let waiting = try Connection(port: package.port)
        try waiting.send()
        try hotReload.await("generation 1 is unhealthy: \(reason), 2 times in a row; stopping it")
        try hotReload.await("generation 1 was killed by SIGTERM; restarting it in 10 ms, clients wait")
        let answer = try Answer(try waiting.receive())
        #expect(answer.greeting == "one" && answer.pid != first.pid)
      }
    }

    @Test("is found out by a command, which has its pid")
    func command() throws {
      try withServer { package in
        let command = "test ! -e \(package.directory)/sick || ! kill -0 $HOTRELOAD_PID"
        let hotReload = try package.serving(Self.options + ["--health-command", command])
        let first = try package.answer()
        try package.replace(package.directory + "/sick", "")
        try hotReload.await(
          "generation 1 is unhealthy: 'health.command' fails, 2 times in a row; stopping it")
        unlink(package.directory + "/sick")
        try hotReload.await("generation 1 was killed by SIGTERM; restarting it in 10 ms, clients wait")
        #expect(try package.answer().pid != first.pid)
      }
    }

    @Test("gives way to the old code within its probation")
    func rollback() throws {
      try withServer { package in
        let hotReload = try package.serving(Self.options + ["--health-path", "/", "--probation", "60s"])
        let old = try package.answer()
        try package.save("two", Self.hangs)
        try hotReload.await("generation 2 is live after ")
        let hanging = try Connection(port: package.port)
        try hanging.send("/slow")
        let waiting = try Connection(port: package.port)
        try waiting.send()
        try hotReload.await(
          "generation 2 is unhealthy: GET / ('health.path') gets no response in time, 2 times in a row; stopping it so "
            + "that generation 1 is live again")
        try hotReload.await(
          "generation 2 was killed by SIGTERM right after the swap; generation 1 is live again")
        #expect(try Answer(try waiting.receive()) == old)
      }
    }

    @Test("is killed if it was stopped, unless a debugger has stopped it")
    func stopped() throws {
      try withServer { package in
        let hotReload = try package.serving(
          Self.options + ["--health-path", "/", "--stop-timeout", "100ms"])
        let first = try package.answer()
        let debugger = try Debugger(of: first.pid, for: 4)
        try debugger.end()
        #expect(try package.answer() == first)
        #expect(hotReload.errors.lines(with: "unhealthy").isEmpty)
        kill(first.pid, SIGSTOP)
        try hotReload.await("generation 1 is unhealthy: GET / ('health.path') gets no response in time")
        try hotReload.await("generation 1 did not exit within 100 ms of SIGTERM; killed")
        try hotReload.await("generation 1 was killed by SIGKILL; restarting it in 10 ms, clients wait")
        #expect(try package.answer().pid != first.pid)
      }
    }
  }
}

/// A program that stops a process as a debugger does at a breakpoint (ptrace(2)), and lets it go on later.
private struct Debugger {
  private let process = Process()

  /// Stops a process for so many seconds: longer than hotreload waits for an answer.
  init(of pid: pid_t, for seconds: Int) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c",
      """
      import ctypes, os, time
      ptrace = ctypes.CDLL(None).ptrace
      assert ptrace(16, \(pid), 0, 0) == 0  # PTRACE_ATTACH
      os.waitpid(\(pid), 0)
      time.sleep(\(seconds))
      ptrace(17, \(pid), 0, 0)  # PTRACE_DETACH
      """,
    ]
    try process.run()
  }

  /// Waits until the process goes on.
  func end() throws {
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "ptrace(2) is not allowed here")
  }
}
