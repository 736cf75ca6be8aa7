import Glibc
import LoopTestSupport
import Posix
import Testing

// Each in a process of its own, whose children all are the test's.
@Suite("A job")
struct JobTests {
  @Test("has its lines told, those of each output in order, and then how it has ended")
  func lines() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        var lines: [String] = []
        var ending: Job.Ending?
        let text = "echo out 1; echo error >&2; printf 'out 2'; exit 3"
        let job = try Job(shell(text), loop: loop, children: children) { line, isComplete, isError in
          if isComplete { lines.append(isError ? "error: \(line)" : line) }
        } whenEnded: {
          ending = $0
          loop.stop()
        }
        try loop.run()
        withExtendedLifetime(job) {}
        #expect(lines.filter { $0.hasPrefix("out") } == ["out 1", "out 2"])
        #expect(lines.contains("error: error"))
        #expect(ending == .failed(.exited(3)))
      }
    }
  }

  @Test("that is cancelled gets what Ctrl-C sends, and is not called failed")
  func cancelled() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        var lines: [String] = []
        var ending: Job.Ending?
        let text = "trap 'echo interrupted; exit 1' INT; echo ready; sleep 1000 & wait"
        var job: Job?
        job = try Job(shell(text), loop: loop, children: children) { line, isComplete, _ in
          guard isComplete else { return }
          lines.append(line)
          if line == "ready" { job?.cancel() }
        } whenEnded: {
          ending = $0
          loop.stop()
        }
        try loop.run()
        #expect(lines == ["ready", "interrupted"])
        #expect(ending == .cancelled)
      }
    }
  }

  @Test("that is killed takes everything with it that it has started, in whatever session")
  func killed() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        var started: CInt = 0
        var ending: Job.Ending?
        var job: Job?
        let text = "setsid sh -c 'echo $$; exec sleep 1000' & wait"
        job = try Job(shell(text), loop: loop, children: children) { line, isComplete, _ in
          guard isComplete else { return }
          started = CInt(line) ?? 0
          job?.kill()
        } whenEnded: {
          ending = $0
          loop.stop()
        }
        try loop.run()
        #expect(ending == .cancelled)
        // It was killed, is a child of this process now, and may still be exiting.
        _ = waitpid(started, nil, 0)
        #expect(started > 0 && ProcessHandle(started) == nil)
      }
    }
  }
}

private func shell(_ text: String) -> Command {
  Command(["/bin/sh", "-c", text], environment: CurrentProcess.environment, directory: "/")
}
