import Testing

extension EndToEnd {
  @Suite("a server that blocks in accept(2)")
  struct BlockingServerTests {
    /// Swaps to `code`, with requests that also wake up the old server, which must not accept them.
    private func swap(_ package: TemporaryPackage, _ hotReload: RunningHotReload, _ code: String...) throws {
      try package.save(header: package.header("two", code))
      try hotReload.await("generation 2 is live after ")
      for _ in 1...100 { #expect(try package.answer().greeting == "two") }
    }

    @Test("is interrupted by SIGTERM also when it has been replaced")
    func interrupted() throws {
      try withServer(fixture: "BlockingServer") { package in
        let hotReload = try package.serving("--probation", "500ms", "--stop-timeout", "60m")
        let old = try package.answer().pid
        try swap(package, hotReload)
        try hotReload.output.await("\(old) leaves its loop")
        try eventually("the end of the old one") { !ObservedProcess.exists(old) }
      }
    }

    @Test("is not interrupted by a signal whose handler restarts calls")
    func restarted() throws {
      try withServer(fixture: "BlockingServer") { package in
        let code = [
          "static void tick(int signal) { (void)signal; write(1, \"tick\\n\", 5); }",
          "#define AFTER_LISTEN \\",
          "  sigaction(SIGTERM, &(struct sigaction){.sa_handler = SIG_DFL}, NULL); \\",
          "  sigaction(SIGALRM, &(struct sigaction){.sa_handler = tick, .sa_flags = SA_RESTART}, NULL); \\",
          "  setitimer(ITIMER_REAL, &(struct itimerval){{0, 10000}, {0, 10000}}, NULL)",
          "#define AT_FAILURE perror(\"accept\"), exit(1)",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving()
        for _ in 1...20 { try hotReload.output.await("tick") }
        #expect(try package.answer().greeting == "one")
        #expect(hotReload.errors.lines(with: "accept") == [])
      }
    }

    @Test("waits no longer than SO_RCVTIMEO, in every generation")
    func timeOut() throws {
      try withServer(fixture: "BlockingServer") { package in
        let code = [
          "#define BEFORE_BIND setsockopt( \\",
          "  listener, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){0, 50000}, sizeof(struct timeval))",
          "#define AT_FAILURE printf(\"%d: %s\\n\", getpid(), strerror(errno))",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "60m")
        let first = try package.answer().pid
        try hotReload.output.await("\(first): Resource temporarily unavailable")
        try package.save(header: package.header("two", code))
        try hotReload.await("generation 2 is live after ")
        let second = try package.answer().pid
        for _ in 1...10 {
          try hotReload.output.await("\(first): Resource temporarily unavailable")
          try hotReload.output.await("\(second): Resource temporarily unavailable")
        }
      }
    }

    @Test("stops waiting when another thread shuts the listener down; the port stays open")
    func shutDown() throws {
      try withServer(fixture: "BlockingServer") { package in
        let stopper = [
          "static struct { int listener; sigset_t set; } shared;",
          "static void *end(void *x) {",
          "  (void)x; int number; sigwait(&shared.set, &number); shutdown(shared.listener, SHUT_RDWR); return NULL;",
          "}",
          "#define AFTER_LISTEN \\",
          "  shared.listener = listener; sigemptyset(&shared.set); sigaddset(&shared.set, SIGTERM); \\",
          "  pthread_sigmask(SIG_BLOCK, &shared.set, NULL); \\",
          "  pthread_t thread; pthread_create(&thread, NULL, end, NULL)",
          "#define AT_FAILURE printf(\"%d: %s\\n\", getpid(), strerror(errno)); break",
        ]
        try package.save(header: package.header("one", stopper))
        let hotReload = try package.serving("--probation", "100ms", "--stop-timeout", "60m")
        let inode = try Ports.inode(of: package.port)
        let old = try package.answer().pid
        try swap(package, hotReload)
        try hotReload.output.await("\(old): Invalid argument")
        try eventually("the end of the old one") { !ObservedProcess.exists(old) }
        #expect(try Ports.inode(of: package.port) == inode)
      }
    }

    @Test("believes what it sets between bind and listen, and changes nothing for the one that serves")
    func statusFlags() throws {
      try withServer(fixture: "BlockingServer") { package in
        let code = [
          "#define BEFORE_LISTEN \\",
          "  printf(\"%s nonblocking %d\\n\", GREETING, (fcntl(listener, F_GETFL) & O_NONBLOCK) != 0); \\",
          "  fcntl(listener, F_SETFL, fcntl(listener, F_GETFL))",
          "#define AT_FAILURE perror(\"accept\"), exit(1)",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving()
        try hotReload.output.await("one nonblocking 0")
        try package.save(header: package.header("two", code))
        try hotReload.output.await("two nonblocking 0")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("may throw away what it receives unseen")
    func truncated() throws {
      try withServer(fixture: "BlockingServer") { package in
        try package.save("one", "#define BEFORE_READ recv(connection, NULL, 4, MSG_TRUNC)")
        let hotReload = try package.serving("--probation", "100ms")
        let old = try package.answer()
        try swap(package, hotReload)
        try eventually("the end of the old one") { !ObservedProcess.exists(old.pid) }
      }
    }
  }
}
