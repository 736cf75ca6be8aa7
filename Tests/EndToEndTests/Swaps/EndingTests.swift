import Glibc
import Testing

extension EndToEnd {
  @Suite("the end")
  struct EndingTests {
    /// The code of a server that prints that it got SIGTERM, and exits.
    static let polite = [
      "static void bye(int number) { (void)number; (void)!write(1, \"told to end\\n\", 12); _exit(0); }",
      "#define BEFORE_LISTEN signal(SIGTERM, bye)",
    ]

    @Test(
      "by a signal ends the server with SIGTERM, then hotreload by the signal",
      arguments: [SIGINT, SIGTERM, SIGHUP])
    func signal(_ signal: Int32) throws {
      try withServer { package in
        try package.save(header: package.header("one", Self.polite))
        let hotReload = try package.serving()
        try hotReload.process.signal(signal)
        try hotReload.output.await("told to end")
        #expect(try hotReload.process.awaitEnd() == .killed(signal))
        #expect(hotReload.errors.lines(with: "[hotreload] stopping the server").count == 1)
        try package.awaitNothingLeft()
      }
    }

    @Test("is asked for also where a script has started the server, and does not wait for it")
    func script() throws {
      try withServer { package in
        try package.save(header: package.header("one", Self.polite))
        try package.replace(package.root + "/start.sh", "#!/bin/sh\n./app\n:\n")
        chmod(package.root + "/start.sh", 0o755)
        try package.replace(
          package.root + "/.reload.toml",
          """
          build.command = "cc -o app.new Sources/App/main.c && mv app.new app"
          run.command = ["./start.sh"]
          watch.include = ["Sources"]

          """)
        let hotReload = try package.serving()
        try package.save(header: package.header("two", Self.polite))
        try hotReload.await("generation 2 is live after ")
        try hotReload.output.await("told to end")
        try hotReload.process.signal(SIGINT)
        try hotReload.output.await("told to end")
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }

    @Test("does not come by a SIGHUP that nohup(1) has ignored")
    func ignoredHangup() throws {
      try withServer { package in
        let hotReload = try package.hotReload(["run"], shell: "trap '' HUP; exec \"$0\" \"$@\"")
        try hotReload.await("generation 1 listens on")
        try hotReload.process.signal(SIGHUP)
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
      }
    }

    @Test("a server that ignores SIGTERM is killed after --stop-timeout")
    func stopTimeout() throws {
      try withServer { package in
        try package.save("one", "#define BEFORE_LISTEN signal(SIGTERM, SIG_IGN)")
        let hotReload = try package.serving("--stop-timeout", "300ms")
        try hotReload.process.signal(SIGINT)
        try hotReload.await("[hotreload] generation 1 did not exit within 300 ms of SIGTERM; killed")
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }

    @Test("comes at once with a second Ctrl-C")
    func secondInterrupt() throws {
      try withServer { package in
        try package.save("one", "#define BEFORE_LISTEN signal(SIGTERM, SIG_IGN)")
        let hotReload = try package.serving("--stop-timeout", "60m")
        try hotReload.process.signal(SIGINT)
        try hotReload.await("stopping the server")
        try hotReload.process.signal(SIGINT)
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }

    @Test("during a build leaves no compiler")
    func duringBuild() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", gate.include)
        try gate.awaitReader()
        try hotReload.process.signal(SIGINT)
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }

    @Test("during the first build leaves no compiler")
    func duringFirstBuild() throws {
      try withServer { package in
        let gate = try package.makeGate()
        try package.save("one", gate.include)
        let hotReload = try package.hotReload(["run"])
        try gate.awaitReader()
        try hotReload.process.signal(SIGINT)
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }

    @Test("takes the server's own children along, also one that has left its session")
    func children() throws {
      try withPackage { package in
        try package.save(
          "one", "#define BEFORE_LISTEN if (fork() == 0 || fork() == 0) { setsid(); for (;;) pause(); }")
        let hotReload = try package.serving()
        #expect(package.processes.filter { $0.command.contains("/App") }.count == 3)
        try hotReload.process.signal(SIGINT)
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }
  }

  @Suite("after kill -9 of hotreload")
  struct KilledTests {
    @Test("nothing is left, not even children of the server, and the next start works")
    func whileServing() throws {
      try withServer { package in
        try package.save("one", "#define BEFORE_LISTEN if (fork() == 0) for (;;) pause()")
        for _ in 1...2 {
          let hotReload = try package.serving()
          #expect(package.processes.filter { $0.command.contains("/App") }.count == 2)
          try hotReload.process.signal(SIGKILL)
          #expect(try hotReload.process.awaitEnd() == .killed(SIGKILL))
          try package.awaitNothingLeft()
        }
        let hotReload = try package.serving()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
      }
    }

    @Test("a child of the server that has left its session is gone too")
    func daemon() throws {
      try withServer { package in
        try package.save("one", "#define BEFORE_LISTEN if (fork() == 0) { setsid(); for (;;) pause(); }")
        let hotReload = try package.serving()
        try hotReload.process.signal(SIGKILL)
        try package.awaitNothingLeft()
      }
    }

    @Test("no compiler of a build is left, and the next start works")
    func whileBuilding() throws {
      try withPackage { package in
        let running = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", gate.include)
        try gate.awaitReader()
        #expect(package.processes.contains { $0.command.contains("clang") })
        try running.process.signal(SIGKILL)
        try package.awaitNothingLeft()
        try package.save("three")
        _ = try package.serving()
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("both generations of a swap on probation are gone")
    func onProbation() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "60m")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(package.processes.filter { $0.command.contains("/App") }.count == 2)
        try hotReload.process.signal(SIGKILL)
        try package.awaitNothingLeft()
      }
    }
  }
}
