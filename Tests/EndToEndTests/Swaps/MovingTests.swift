import Glibc
import Testing

extension EndToEnd {
  @Suite("a connection that is kept alive")
  struct MovingTests {
    /// Sends a request on a connection, swaps, and sends another one on it, which the new code must answer.
    private func swapIdle(fixture: String = "EpollServer", _ code: [String] = []) throws {
      try withPackage(fixture: fixture) { package in
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        let client = try Connection(port: package.port)
        #expect(try Answer(try client.get()).greeting == "one")
        for generation in 2...4 {
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          #expect(try Answer(try client.get()).greeting == "number-\(generation)")
        }
      }
    }

    @Test(
      "moves to the new code while it is idle",
      arguments: ["EPOLLIN", "EPOLLIN | EPOLLET", "EPOLLIN | EPOLLRDHUP"])
    func idle(events: String) throws {
      try swapIdle(["#define CONNECTION_EVENTS \(events)"])
    }

    @Test("moves also from a server that waits with epoll_pwait2(2)")
    func nanoseconds() throws {
      try swapIdle([
        "#define epoll_wait(loop, events, count, milliseconds) epoll_pwait2(loop, events, count, NULL, NULL)"
      ])
    }

    @Test(
      "moves also from a server that registers by one number of its epoll instance and waits by another, as tokio does",
      arguments: ["", "close(loop); loop = copy"])
    func copiedInstance(then: String) throws {
      try swapIdle([
        "static int copy;",
        "#define epoll_wait(instance, events, count, milliseconds) \\",
        "  ({ if (copy == 0) { copy = dup(loop); \(then); } epoll_pwait(copy, events, count, milliseconds, NULL); })",
      ])
    }

    @Test("moves also where the server has waited for it in an epoll instance that it has closed")
    func closedInstance() throws {
      try swapIdle([
        "static int elsewhere(int fd) {",
        "  struct epoll_event event = {.events = EPOLLIN};",
        "  int other = epoll_create1(0);",
        "  if (fd != -1) epoll_ctl(other, EPOLL_CTL_ADD, fd, &event);",
        "  epoll_wait(other, &event, 1, 0);",
        "  close(other);",
        "  return fd;",
        "}",
        "#define accept4(listener, peer, length, flags) elsewhere(accept4(listener, peer, length, flags))",
      ])
    }

    @Test("ends soon where the new code has the listener, and waits for it by system calls of its own")
    func unseenWait() throws {
      try withServer { package in
        try package.save("one")
        let hotReload = try package.serving()
        let client = try Connection(port: package.port)
        #expect(try Answer(try client.get()).greeting == "one")
        try package.save(
          "two",
          "#include <sys/syscall.h>",
          "#define epoll_wait(instance, events, count, milliseconds) \\",
          "  (int)syscall(SYS_epoll_wait, instance, events, count, milliseconds)")
        try hotReload.await("generation 2 is live after ")
        try client.receiveEnd()
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("moves also from a server that waits with poll(2) or select(2)", arguments: ["poll", "select"])
    func polled(way: String) throws {
      try swapIdle(fixture: "PollServer", ["#define WAIT wait_with_\(way)"])
    }

    @Test("moves also from a server whose threads block in recv(2)")
    func blocking() throws {
      try swapIdle(fixture: "ScriptServer", ["#define COMMAND \"/usr/bin/python3\", \"http_server.py\""])
    }

    @Test("moves to one of several processes")
    func prefork() throws {
      try swapIdle([
        "#include <sys/wait.h>",
        "static void watch_alone(void);",
        "#define AFTER_LISTEN \\",
        "  for (int workers = 0; workers < 3; workers++) if (fork() == 0) { watch_alone(); goto work; } \\",
        "  while (wait(NULL) > 0); exit(0); work:",
      ])
    }

    @Test("moves on a Unix domain socket")
    func unixSocket() throws {
      try withServer { package in
        let code = ["#define LISTENERS {\"\(package.directory)/socket\", \"PORT\"}"]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving()
        let client = try Connection(port: 0, host: package.directory + "/socket")
        #expect(try Answer(try client.get()).greeting == "one")
        for generation in 2...3 {
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          #expect(try Answer(try client.get()).greeting == "number-\(generation)")
        }
      }
    }

    @Test("moves before its first request too, and nothing is left for the old code to wait for")
    func silent() throws {
      try withServer { package in
        let hotReload = try package.serving("--drain-timeout", "1h")
        let client = try Connection(port: package.port)
        let old = try package.answer().pid  // the other has been accepted too
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try eventually("the end of the old generation") { !ObservedProcess.exists(old) }
        #expect(try Answer(try client.get()).greeting == "two")
      }
    }

    @Test("takes along what the old code has not read, in part or whole", arguments: [3, 16, 18])
    func unread(count: Int) throws {
      try withServer { package in
        let gate = try package.makeGate()
        try package.save(
          "one", "static int stuck;",
          "#define AFTER_EVENTS if (answered && waiting && !stuck++) read(open(\"\(gate.path)\", O_RDONLY), &stuck, 1)"
        )
        let hotReload = try package.serving("--probation", "60m")
        let client = try Connection(port: package.port)
        #expect(try Answer(try client.get()).greeting == "one")
        let other = try Connection(port: package.port)
        try other.send("/slow")
        try gate.awaitReader()  // from here on the old code reads nothing
        let request = "GET / HTTP/1.1\r\n\r\n"
        try client.send(bytes: String(request.prefix(count)))
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try client.send(bytes: String(request.dropFirst(count)))
        #expect(try Answer(try client.receive()).greeting == "two")
        try gate.open("go on")
        // The new code answers if the old one got stuck before it read this request.
        _ = try Answer(try other.receive())
        for client in [client, other] { #expect(try Answer(try client.get()).greeting == "two") }
      }
    }

    @Test("with a request in flight moves after its response, with what was sent meanwhile")
    func pipelined() throws {
      try withServer { package in
        let (hotReload, client, gate) = try package.slowRequest("--probation", "60m")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try client.send()
        try gate.open("go on")
        var received = try client.receive(until: "\n")
        while !received.contains("two") { received += try client.receive(until: "\n") }
        let first = try #require(received.firstRange(of: "one ")),
          second = try #require(received.firstRange(of: "two "))
        #expect(first.upperBound < second.lowerBound)
        #expect(try Answer(try client.get()).greeting == "two")
      }
    }

    @Test("does not move in the middle of a stream")
    func chunked() throws {
      try withServer { package in
        let say = { (text: String) in
          "(void)!send(connection->fd, \"\(text)\", strlen(\"\(text)\"), MSG_NOSIGNAL)"
        }
        let begin = say(#"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"#)
        let (hotReload, client, gate) = try package.slowRequest(
          "--probation", "60m",
          code: ["#define BEFORE_WAIT \(begin)", "#define ANSWER_SLOW " + say(#"5\r\nworld\r\n0\r\n\r\n"#)])
        #expect(try client.receive(until: "hello\r\n").hasPrefix("HTTP/1.1 200"))
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try gate.open("go on")
        #expect(try client.receive(until: "0\r\n\r\n") == "5\r\nworld\r\n0\r\n\r\n")
        #expect(try Answer(try client.get()).greeting == "two")
      }
    }

    @Test(
      "that the client will not use again ends with its response",
      arguments: ["GET /slow HTTP/1.1\r\nConnection: close\r\n\r\n", "GET /slow HTTP/1.0\r\n\r\n"])
    func lastRequest(request: String) throws {
      try withServer { package in
        let (hotReload, client, gate) = try package.slowRequest("--probation", "60m", request: request)
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try gate.open("go on")
        #expect(try Answer(try client.receive()).greeting == "one")
        try client.receiveEnd()
      }
    }

    @Test("that is a tunnel stays with the old code")
    func tunnel() throws {
      try withServer { package in
        let text = #""HTTP/1.1 101 Switching Protocols\r\n\r\n""#
        let (hotReload, client, gate) = try package.slowRequest(
          "--probation", "60m",
          code: ["#define ANSWER_SLOW (void)!send(connection->fd, \(text), strlen(\(text)), MSG_NOSIGNAL)"])
        try gate.open("go on")
        _ = try client.receive(until: "\r\n\r\n")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try Answer(try client.get()).greeting == "one")
      }
    }

    @Test("that is copied or registered to be told once, ends as it would without moving")
    func inDoubt() throws {
      for code in [
        "#define CONNECTION_EVENTS EPOLLIN | EPOLLONESHOT", "#define AFTER_ACCEPT dup(bound[0] + 1)",
      ] {
        try withServer { package in
          try package.save("one", "static int bound[8];", code)
          let hotReload = try package.serving("--probation", "60m")
          let client = try Connection(port: package.port)
          #expect(try Answer(try client.get()).greeting == "one")
          try package.save("two")
          try hotReload.await("generation 2 is live after ")
          try client.receiveEnd()
        }
      }
    }

    @Test("ends where the new code does not listen any more")
    func listenerIsGone() throws {
      try withServer { package in
        try package.save(
          "one", "#define LISTENERS {\"127.0.0.1\", \"PORT\"}, {\"127.0.0.1\", \"PORT2\"}")
        let hotReload = try package.serving("--probation", "60m")
        try hotReload.await("generation 1 listens on")
        let client = try Connection(port: package.ports.1)
        #expect(try Answer(try client.get()).greeting == "one")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try client.receiveEnd()
      }
    }

    @Test("ends at the swap with --connections end")
    func ends() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "60m", "--connections", "end")
        let client = try Connection(port: package.port)
        #expect(try Answer(try client.get()).greeting == "one")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try client.receiveEnd()
      }
    }

    @Test("goes back to the old code when the new one dies before it has accepted it")
    func goesBack() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "60m")
        let client = try Connection(port: package.port)
        let old = try Answer(try client.get())
        try package.save("two", "#define BEFORE_ACCEPT _exit(3)")
        try hotReload.await("generation 1 is live again")
        #expect(try Answer(try client.get()) == old)
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        #expect(try Answer(try client.get()).greeting == "three")
      }
    }

    @Test("waits for the new code where that is started after the end of the old")
    func replaced() throws {
      try withServer { package in
        let hotReload = try package.serving("--strategy", "replace")
        let client = try Connection(port: package.port)
        #expect(try Answer(try client.get()).greeting == "one")
        try package.save("two")
        try hotReload.await("generation 2 started")
        #expect(try Answer(try client.get()).greeting == "two")
      }
    }

    @Test("moves to threads that waited before there was a listener")
    func earlyThreads() throws {
      try swapIdle([
        "#include <pthread.h>",
        "static void listen_at(const char *, const char *);",
        "static void *listen_late(void *unused) {",
        "  char status[64] = \"\";  // of the main thread (proc(5)): it sleeps",
        "  int stat = open(\"/proc/self/stat\", O_RDONLY | O_CLOEXEC);",
        "  while (!strstr(status, \") S \")) pread(stat, status, 63, 0);",
        "  close(stat);",
        "  listen_at(\"127.0.0.1\", getenv(\"PORT\"));",
        "  return unused;",
        "}",
        "#define BEFORE_LISTEN pthread_t thread; pthread_create(&thread, NULL, listen_late, NULL); goto work",
        "#define AFTER_LISTEN work:",
      ])
    }

    @Test("that has ended gives its number to another socket, which is not taken for it")
    func reusedNumber() throws {
      try withServer { package in
        // The shutdown of both ends must reach both.
        let reuse =
          "int ends[2]; char byte; socketpair(AF_UNIX, SOCK_STREAM, 0, ends); for (int i = 0; i < 2; i++) { "
          + "shutdown(ends[i], SHUT_WR); if (recv(ends[!i], &byte, 1, MSG_DONTWAIT) != 0) _exit(9); } answer(connection)"
        let gate = try package.makeGate()
        try package.save("one", "#define SLOW_UNTIL \"\(gate.path)\"", "#define ANSWER_SLOW \(reuse)")
        let hotReload = try package.serving("--probation", "60m", "--connections", "end")
        let idle = try Connection(port: package.port)
        #expect(try Answer(try idle.get()).greeting == "one")
        let slow = try Connection(port: package.port)
        try slow.send("/slow")
        try gate.awaitReader()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try idle.receiveEnd()
        try gate.open("go on")
        #expect(try Answer(try slow.receive()).greeting == "one")
      }
    }

    @Test(
      "moves also in great numbers",
      arguments: zip(["EpollServer", "PollServer"], ["", "#define CONNECTIONS 400"]))
    func many(fixture: String, code: String) throws {
      try withPackage(fixture: fixture) { package in
        try package.save(header: package.header("one", [code]))
        let hotReload = try package.serving("--probation", "60m")
        let clients = try (1...300).map { _ in try Connection(port: package.port) }
        for client in clients { #expect(try Answer(try client.get()).greeting == "one") }
        try package.save(header: package.header("two", [code]))
        try hotReload.await("generation 2 is live after ")
        for client in clients { #expect(try Answer(try client.get()).greeting == "two") }
      }
    }
  }
}
