import Testing

extension EndToEnd {
  @Suite("a server that waits with poll(2) or select(2)")
  struct WaysOfWaitingTests {
    @Test(
      "loses nothing over five swaps under load",
      arguments: zip(["poll", "ppoll", "select", "pselect"], ["SOCK_NONBLOCK", "0", "0", "SOCK_NONBLOCK"]))
    func nothingIsLost(way: String, flags: String) throws {
      try withServer(fixture: "PollServer") { package in
        let code = ["#define WAIT wait_with_\(way)", "#define LISTENER_FLAGS \(flags)"]
        try package.save(header: package.header("one", code))
        try package.swapUnderLoad(code)
      }
    }
  }

  @Suite("a server on epoll(7)")
  struct EpollTests {
    @Test(
      "that has accepted and is busy since hands over at once; who connects meanwhile is answered by the new code"
    )
    func busy() throws {
      try withServer { package in
        let gate = try package.makeGate()
        let stuck =
          "#define AFTER_EVENTS if (waiting && !stuck++) read(open(\"\(gate.path)\", O_RDONLY), &stuck, 1)"
        try package.save("one", "static int stuck;", stuck)
        let hotReload = try package.serving()
        let first = try Connection(port: package.port)
        try first.send("/slow")
        try gate.awaitReader()
        let second = try Connection(port: package.port)
        try second.send()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try Answer(try second.receive()).greeting == "two")
        try gate.open("go on")
        #expect(try Answer(try first.receive()).greeting == "one")
      }
    }

    @Test(
      "that tells its listener from nothing else still hears of the rest when it has been replaced",
      arguments: [
        "",
        "epoll_ctl(loop, EPOLL_CTL_DEL, bound[0], NULL); epoll_ctl(loop, EPOLL_CTL_ADD, bound[0], &event)",
      ])
    func equalData(then: String) throws {
      try withServer { package in
        let code = [
          "static int timer;",
          "#define AFTER_LISTEN \\",
          "  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = bound_sources[0]}; \\",
          "  timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK); \\",
          "  timerfd_settime(timer, 0, &(struct itimerspec){{0, 10000000}, {0, 10000000}}, NULL); \\",
          "  epoll_ctl(loop, EPOLL_CTL_ADD, timer, &event); event.events = EPOLLIN; \(then)",
          "#define AFTER_ACCEPT if (read(timer, (uint64_t[1]){0}, 8) == 8) printf(\"tick of %d\\n\", getpid())",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "60m")
        let first = try package.answer().pid
        let load = package.load([.fresh, .fresh, .keepAlive, .slow, .late, .late])
        try package.save(header: package.header("two", code))
        try hotReload.await("generation 2 is live after ")
        let second = try package.answer().pid
        let before = hotReload.output.lines(with: "tick of \(first)").count
        for _ in 1...before + 20 { try hotReload.output.await("tick of \(first)") }
        for _ in 1...20 { try hotReload.output.await("tick of \(second)") }
        try load.goesOn()
        #expect(try load.end() == [:])
      }
    }
  }
}

extension TemporaryPackage {
  /// Swaps a server whose header contains `code` five times under load. The listening socket stays the same,
  /// and no request is lost or answered by old code.
  func swapUnderLoad(
    _ code: [String] = [], _ clients: [Load.Kind] = Load.mixed
  )
    throws
  {
    let hotReload = try serving("--probation", "10ms")
    let inode = try #require(try Ports.inode(of: port))
    let load = self.load(clients)
    for generation in 2...6 {
      let old = try answer().greeting
      try save(header: header("number-\(generation)", code))
      try hotReload.await("generation \(generation) is live after ")
      load.retire(old)
      #expect(try answer().greeting == "number-\(generation)")
      try load.goesOn()
      #expect(try Ports.inode(of: port) == inode)
    }
    #expect(try load.end() == [:])
  }
}
