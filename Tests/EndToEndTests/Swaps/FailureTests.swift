import Glibc
import Testing

extension EndToEnd {
  @Suite("new code that fails")
  struct FailureTests {
    /// Code that fails before it serves.
    struct Case: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let code: String
      let line: String
    }

    static let cases = [
      Case(
        testDescription: "crashes before it listens", code: "#define BEFORE_LISTEN abort()",
        line:
          "[hotreload] generation 2 was killed by SIGABRT before it was ready; generation 1 stays live"),
      Case(
        testDescription: "exits before it listens", code: "#define BEFORE_LISTEN exit(3)",
        line: "[hotreload] generation 2 exited with code 3 before it was ready; generation 1 stays live"),
      Case(
        testDescription: "exits with code 0 before it listens", code: "#define BEFORE_LISTEN exit(0)",
        line: "[hotreload] generation 2 exited with code 0 before it was ready; generation 1 stays live"),
      Case(
        testDescription: "hangs before it listens", code: "#define BEFORE_LISTEN pause()",
        line:
          "[hotreload] generation 2 was not ready within 1 s: it is not listening at all; generation 1 stays live"
      ),
    ]

    @Test("before it is ready changes nothing, and loses nothing under load", arguments: cases)
    func beforeReady(_ failing: Case) throws {
      try withServer { package in
        let hotReload = try package.serving("--ready-timeout", "1s")
        let old = try package.answer()
        let load = package.load()
        try load.goesOn()
        try package.save("two", failing.code)
        #expect(try hotReload.await("generation 2 ") == failing.line)
        #expect(try package.answer() == old)
        try load.goesOn()
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
        try load.goesOn()
        #expect(try load.end() == [:])
      }
    }

    @Test("at the moment of the swap loses nothing under load")
    func atTheSwap() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let old = try package.answer()
        let load = package.load()
        try load.goesOn()
        try package.save("two", "#define AFTER_LISTEN abort()")
        try hotReload.await("generation 2 was killed by SIGABRT")
        try load.goesOn()
        #expect(try package.answer() == old)
        #expect(try load.end() == [:])
      }
    }

    @Test("within its probation is replaced by the old code, and loses nothing under load")
    func withinProbation() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "30s")
        let old = try package.answer()
        let load = package.load()
        try load.goesOn()
        // The requests that a process has accepted are lost when it dies. It therefore dies between two
        // requests.
        try package.save("two", "#define AFTER_EVENTS if (answered >= 20 && waiting == 0) abort()")
        try hotReload.await("generation 2 is live after ")
        try hotReload.await(
          "[hotreload] generation 2 was killed by SIGABRT right after the swap; generation 1 is live again")
        #expect(try package.answer() == old)
        try load.goesOn()
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        try load.goesOn()
        #expect(try package.answer().greeting == "three")
        #expect(try load.end() == [:])
      }
    }

    @Test("within its probation, and the old code hangs: that is ended in time, and the next save serves")
    func oldCodeHangs() throws {
      try withServer { package in
        let gate = try package.makeGate()
        let hotReload = try package.serving("--probation", "60s", "--handover-timeout", "300ms")
        let old = try package.answer()
        let wait = "{ FILE *gate = fopen(\"\(gate.path)\", \"r\"); fgetc(gate); abort(); }"
        try package.save("two", "#include <stdio.h>", "#define AFTER_EVENTS if (answered > 0) \(wait)")
        try hotReload.await("generation 2 is live after ")
        #expect(kill(old.pid, SIGSTOP) == 0)
        #expect(try package.answer().greeting == "two")
        try gate.awaitReader()
        try gate.open("end")
        try hotReload.await(
          "generation 2 was killed by SIGABRT right after the swap; generation 1 is live again")
        try hotReload.await("generation 1 did not resume within 300 ms; killing it")
        try hotReload.await("generation 1 was killed by SIGKILL; save a file to start it again")
        try package.save("three")
        try hotReload.await("generation 3 listens on ")
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("within its probation while the old code still answers: that answer arrives")
    func withinProbationInFlight() throws {
      try withServer { package in
        let (hotReload, slow, gate) = try package.slowRequest("--probation", "30s")
        let old = try package.answer()
        try package.save("two", "#define AFTER_EVENTS if (answered > 0) abort()")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        try hotReload.await("generation 1 is live again")
        #expect(try package.answer() == old)
        try gate.open("go on")
        #expect(try Answer(try slow.receive()) == old)
      }
    }

    @Test("to get the listener in time is given up, and what connected meanwhile is answered by the old code")
    func handoverTimeout() throws {
      try withServer { package in
        let gate = try package.makeGate()
        // The server is stuck between the event of a connection and its accept, so it cannot confirm that it
        // accepts no more.
        let stuck = "#define BEFORE_ACCEPT if (!stuck++) read(open(\"\(gate.path)\", O_RDONLY), &stuck, 1)"
        try package.save("one", "static int stuck;", stuck)
        let hotReload = try package.serving()
        let silent = try Connection(port: package.port)
        try gate.awaitReader()
        let client = try Connection(port: package.port)
        try client.send()
        try package.save("two")
        try hotReload.await(
          "[hotreload] the swap failed: generation 1 did not hand over to generation 2 in time; generation 1 stays "
            + "live")
        try gate.open("go on")
        #expect(try Answer(try client.receive()).greeting == "one")
        #expect(try Answer(try silent.get()).greeting == "one")
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("at the first start is shown, and the next save starts it")
    func firstStart() throws {
      try withServer { package in
        try package.save("one", "#define BEFORE_LISTEN abort()")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("[hotreload] generation 1 was killed by SIGABRT; save a file to start it again")
        try package.save("two", "#define BEFORE_LISTEN exit(7)")
        try hotReload.await("[hotreload] generation 2 exited with code 7; save a file to start it again")
        try package.save("three")
        try hotReload.await("generation 3 listens on")
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("shows its last words")
    func lastWords() throws {
      try withServer { package in
        let hotReload = try package.serving()
        try package.save("two", "#define BEFORE_LISTEN fprintf(stderr, \"no database\\n\"), exit(1)")
        try hotReload.await("no database")
        try hotReload.await("generation 2 exited with code 1 before it was ready")
      }
    }
  }

  @Suite("good code that dies")
  struct RestartTests {
    @Test(
      "is started again; a client that connects meanwhile waits and is answered; the next restart waits longer"
    )
    func restart() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "10ms")
        let first = try package.answer()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try eventually("the end of the first, and so of the probation") { !ObservedProcess.exists(first.pid) }

        let second = try package.answer()
        kill(second.pid, SIGKILL)
        try hotReload.await(
          "[hotreload] generation 2 was killed by SIGKILL; restarting it in 1 s, clients wait"
        )
        let client = try Connection(port: package.port)
        try client.send()
        let third = try Answer(try client.receive())
        #expect(third.greeting == "two")
        #expect(third.pid != second.pid)

        kill(third.pid, SIGKILL)
        try hotReload.await("generation 3 was killed by SIGKILL; restarting it in 2 s")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("while new code is built: the new code starts in its place")
    func saveBeforeRestart() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "10ms")
        let first = try package.answer()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try eventually("the end of the first, and so of the probation") { !ObservedProcess.exists(first.pid) }
        let gate = try package.makeGate()
        try package.save("three", gate.include)
        try gate.awaitReader()
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 2 was killed by SIGKILL")
        let client = try Connection(port: package.port)
        try client.send()
        try gate.open()
        _ = try client.receive()
        try hotReload.await("built in ")
        try eventually("the new code's answer") { try package.answer().greeting == "three" }
      }
    }

    @Test("is started again as it was, also when worse code has been built since")
    func lastGood() throws {
      try withPackage { package in
        let hotReload = try package.serving("--probation", "10ms")
        let first = try package.answer()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try eventually("the end of the first, and so of the probation") { !ObservedProcess.exists(first.pid) }
        try package.save("three", "#define BEFORE_LISTEN abort()")
        try hotReload.await(
          "generation 3 was killed by SIGABRT before it was ready; generation 2 stays live")
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 2 was killed by SIGKILL; restarting it in 1 s")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("is started again also when the new code in its place ends, even with 0, before it listens")
    func notReplacedByWorse() throws {
      try withPackage { package in
        let hotReload = try package.serving("--probation", "10ms")
        let gate = try package.makeGate()
        try package.save("two", gate.include, "#define BEFORE_LISTEN usleep(100000), exit(0)")
        try gate.awaitReader()
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 1 was killed by SIGKILL; restarting it in 1 s, clients wait")
        let client = try Connection(port: package.port)
        try client.send()
        try gate.open()
        #expect(try Answer(try client.receive()).greeting == "one")
      }
    }

    @Test("while new code is starting: the new code takes over, and clients wait for it")
    func whileStarting() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", "#define BEFORE_LISTEN puts(\"starting\"), open(\"\(gate.path)\", O_RDONLY)")
        try hotReload.output.await("starting")
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 1 was killed by SIGKILL")
        let client = try Connection(port: package.port)
        try client.send()
        try gate.awaitReader()
        try gate.open()
        #expect(try Answer(try client.receive()).greeting == "two")
      }
    }
  }
}
