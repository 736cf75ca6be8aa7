import Glibc
import Testing

extension EndToEnd {
  @Suite("a save")
  struct SwapTests {
    @Test("a first start serves, and the next save changes the next answer")
    func saveChangesTheNextAnswer() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let first = try package.answer()
        #expect(first.greeting == "one")
        try package.save("two")
        try hotReload.await("[hotreload] Sources/App/behaviour.h changed")
        try hotReload.await("[hotreload] built in ")
        try hotReload.await("[hotreload] generation 2 is live after ")
        let second = try package.answer()
        #expect(second.greeting == "two")
        #expect(second.pid != first.pid)
        try eventually("the end of the old one") { !ObservedProcess.exists(first.pid) }
      }
    }

    @Test("over five swaps under load the listening socket stays the same, and no request is lost")
    func nothingIsLost() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "10ms")
        let inode = try #require(try Ports.inode(of: package.port))
        let load = package.load([.fresh, .fresh, .keepAlive, .keepAliveOnce, .keepAliveOnce, .slow])
        for generation in 2...6 {
          try package.save("number-\(generation)")
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == "number-\(generation)")
          try load.goesOn()
          #expect(try Ports.inode(of: package.port) == inode)
        }
        #expect(try load.end() == [:])
      }
    }

    @Test("hotreload holds no more descriptors after a swap than before")
    func descriptorsAreClosed() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "10ms", "--no-fast")
        let pid = try package.session
        func count() throws -> Int { try ObservedProcess.descriptors(of: pid).count }
        var least = Int.max
        try eventually("the end of the first build") {
          defer { least = min(least, (try? count()) ?? .max) }
          return try count() == least
        }
        for generation in 2...4 {
          let old = try package.answer().pid
          try package.save("number-\(generation)")
          try hotReload.await("generation \(generation) is live after ")
          try eventually("the end of the old one") { !ObservedProcess.exists(old) }
          try eventually("as many descriptors as before: \(least)") { try count() == least }
        }
      }
    }

    @Test("a request in flight is answered by the old code, also when two swaps have passed since")
    func requestInFlight() throws {
      try withServer { package in
        let (hotReload, slow, gate) = try package.slowRequest()
        let old = try package.answer()
        for (generation, greeting) in [(2, "two"), (3, "three")] {
          try package.save(greeting)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == greeting)
        }
        try gate.open("go on")
        #expect(try Answer(try slow.receive()) == old)
        try hotReload.await("[hotreload] generation 1 drained 1 request and exited")
      }
    }

    @Test("a request that takes longer than --drain-timeout is given up")
    func drainTimeout() throws {
      try withServer { package in
        let (hotReload, slow, gate) = try package.slowRequest(
          "--probation", "100ms", "--drain-timeout", "300ms")
        let old = try package.answer()
        try package.save("two")
        try hotReload.await(
          "[hotreload] generation 1 still has open connections after 300 ms; stopping it"
        )
        try eventually("the end of the old one") { !ObservedProcess.exists(old.pid) }
        #expect(throws: Connection.Failure.self) { try slow.receive() }
        #expect(try package.answer().greeting == "two")
        try gate.open()
      }
    }

    @Test("a connection that was idle at the swap never gets an answer of the old code")
    func idleConnection() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "30s")
        let idle = try Connection(port: package.port)
        #expect(try Answer(try idle.get()).greeting == "one")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        do {
          #expect(try Answer(try idle.get()).greeting == "two")
        } catch Connection.Failure.closed {} catch Connection.Failure.reset {}
      }
    }

    @Test("a connection that was opened ahead never gets an answer of the old code")
    func openedAhead() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "30s")
        let ahead = try Connection(port: package.port)
        _ = try package.answer()  // it has been accepted too
        sleep(2)  // as a browser's, until there is something to ask
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        do {
          #expect(try Answer(try ahead.get()).greeting == "two")
        } catch Connection.Failure.closed {} catch Connection.Failure.reset {}
      }
    }

    @Test("a file that is emptied and written anew, byte by byte, is built when it is complete")
    func overwrite() throws {
      try withServer { package in
        let hotReload = try package.serving()
        try package.overwrite(package.behaviour, package.header("two"))
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        #expect(hotReload.errors.lines(with: " changed").count == 1)
      }
    }

    @Test("going back to the code before is a swap like any other")
    func goingBack() throws {
      try withServer { package in
        let hotReload = try package.serving()
        for (generation, greeting) in [(2, "two"), (3, "one"), (4, "two")] {
          try package.save(greeting)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == greeting)
        }
      }
    }

    @Test("during the probation of the one before is a swap too")
    func duringProbation() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "60m")
        let first = try package.answer()
        let load = package.load()
        for generation in 2...4 {
          try package.save("number-\(generation)")
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == "number-\(generation)")
          try load.goesOn()
        }
        try eventually("the end of the first") { !ObservedProcess.exists(first.pid) }
        #expect(try load.end() == [:])
      }
    }

    @Test("while new code is starting takes its place")
    func whileStarting() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", "#define BEFORE_LISTEN puts(\"starting\"), open(\"\(gate.path)\", O_RDONLY)")
        try hotReload.output.await("starting")
        try package.save("three")
        try hotReload.await("[hotreload] generation 2 was superseded by a newer build")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("ends a connection that was opened just before it and stays silent, where connections are to end")
    func silentConnection() throws {
      try withServer { package in
        let hotReload = try package.serving("--drain-timeout", "1h", "--connections", "end")
        let old = try package.answer().pid
        let client = try Connection(port: package.port)
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(throws: (any Error).self) { try client.receive() }
        try eventually("the end of the old generation") { !ObservedProcess.exists(old) }
      }
    }
  }
}
