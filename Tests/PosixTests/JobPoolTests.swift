import Glibc
import LoopTestSupport
import Posix
import Testing

// Each in a process of its own, whose children all are the test's.
@Suite("A pool of jobs")
struct JobPoolTests {
  @Test("runs as many at a time as it may, and gives the results in the order of the commands")
  func order() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let pool = JobPool(limit: 2, loop: loop, children: children)
        // The first ends only after the third has begun, which must wait for the second.
        let fifo = "/tmp/hotreload-pool-\(getpid())"
        try #require(mkfifo(fifo, 0o600) == 0)
        defer { unlink(fifo) }
        let texts = [
          "read line < \(fifo); echo $line", "echo second", "echo first > \(fifo); echo third; exit 1",
        ]
        var results: [(Job.Ending, [String])] = []
        pool.runAll(texts.map(shell)) {
          results = $0
          pool.whenIdle { loop.stop() }
        }
        try loop.run()
        #expect(results.map(\.0) == [.succeeded, .succeeded, .failed(.exited(1))])
        #expect(results.map(\.1) == [["first"], ["second"], ["third"]])
      }
    }
  }

  @Test("tells nobody of what it has killed, or has not begun")
  func killed() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let pool = JobPool(limit: 1, loop: loop, children: children)
        var told: [String] = []
        let endless = shell("sleep 1000")
        let first = pool.run(endless) { _, _ in told.append("first") }
        let second = pool.run(endless) { _, _ in told.append("second") }
        pool.run(shell("echo third")) { told += $1 }
        #expect(ProcessHandle.children(of: getpid()).count == 1)
        pool.kill(second)
        pool.kill(first)
        pool.whenIdle { loop.stop() }
        try loop.run()
        #expect(told == ["third"])
      }
    }
  }

  @Test("has a command that cannot be started fail, and goes on")
  func notStarted() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let pool = JobPool(limit: 1, loop: loop, children: children)
        var results: [(Job.Ending, [String])] = []
        let commands = [["/none/such"], ["/bin/echo", "next"]].map {
          Command($0, environment: [], directory: "/")
        }
        pool.afterwards {
          pool.runAll(commands) {
            results = $0
            loop.stop()
          }
        }
        try loop.run()
        #expect(results.map(\.0) == [.failed(.exited(127)), .succeeded])
        #expect(results[0].1.first?.hasPrefix("/none/such: ") == true)
        #expect(results[1].1 == ["next"])
      }
    }
  }
}

private func shell(_ text: String) -> Command {
  Command(["/bin/sh", "-c", text], environment: CurrentProcess.environment, directory: "/")
}
