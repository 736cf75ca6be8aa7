import Foundation
import Testing

extension EndToEnd {
  @Suite("a server that is hard on descriptors")
  struct DescriptorTests {
    /// Swaps a server with this code twice under load.
    private func swaps(_ code: [String], awaiting line: String? = nil) throws {
      try withServer { package in
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        if let line { try hotReload.output.await(line) }
        let inode = try Ports.inode(of: package.port)
        let load = package.load()
        for generation in 2...3 {
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          if let line { try hotReload.output.await(line) }
          for _ in 1...20 { #expect(try package.answer().greeting == "number-\(generation)") }
          try load.goesOn()
        }
        #expect(try load.end() == [:])
        #expect(try Ports.inode(of: package.port) == inode)
      }
    }

    @Test(
      "and closes all that it does not know is handed over",
      arguments: [
        "for (int fd = 1023; fd > 10; fd--) close(fd)", "close_range(10, ~0U, 0)", "closefrom(10)",
        "for (int fd = 900; fd < 1000; fd++) dup2(0, fd)",
        "for (int fd = 900; fd < 1000; fd++) dup3(0, fd, O_CLOEXEC)",
      ])
    func closesAll(statement: String) throws {
      try swaps(["#define AFTER_LISTEN \(statement)"])
    }

    @Test("and closes a listener where nobody sees it is handed over with the next at its number")
    func reusedNumber() throws {
      try withServer { package in
        let code = [
          "#include <sys/syscall.h>",
          "#define LISTENERS {\"127.0.0.1\", \"PORT\"}, {\"127.0.0.1\", \"PORT2\"}",
          "#define BEFORE_BIND if (bound_count == 1) { syscall(SYS_close, bound[0]); \\",
          "  syscall(SYS_dup3, fd, bound[0], O_CLOEXEC); syscall(SYS_close, fd); fd = bound[0]; }",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        try hotReload.await("generation 1 listens on 127.0.0.1:\(package.ports.1)")
        let load = package.load(port: package.ports.1)
        for generation in 2...3 {
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          #expect(try answer(port: package.ports.1).greeting == "number-\(generation)")
          try load.goesOn()
        }
        #expect(try load.end() == [:])
      }
    }

    @Test("and closes all at its start is handed over")
    func closesAllAtStart() throws {
      try swaps(["#define BEFORE_LISTEN close_range(3, ~0U, 0); loop = epoll_create1(EPOLL_CLOEXEC)"])
    }

    @Test(
      "and accepts from a copy of its listener is handed over",
      arguments: zip(
        ["dup(fd)", "dup2(fd, 50)", "dup3(fd, 50, O_CLOEXEC)", "fcntl(fd, F_DUPFD_CLOEXEC, 50)"],
        ["", "close(fd)", "", "close(fd)"]))
    func copies(copy: String, then: String) throws {
      try swaps([
        "static int copied(int fd) { int copy = \(copy); \(then); return copy; }",
        "#define WATCHED copied(fd)",
      ])
    }

    @Test("and binds sockets of clients is handed over, and those are not")
    func clients() throws {
      let code = [
        "static void ask(void) {",
        "  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, server = own;",
        "  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);",
        "  int poller = epoll_create1(EPOLL_CLOEXEC);",
        "  struct epoll_event event = {.events = EPOLLIN};",
        "  server.sin_port = htons((uint16_t)atoi(getenv(\"PORT\")));",
        "  if (bind(client, (struct sockaddr *)&own, sizeof own) == -1) perror(\"bind\"), exit(1);",
        "  epoll_ctl(poller, EPOLL_CTL_ADD, client, &event);",
        "  if (connect(client, (struct sockaddr *)&server, sizeof server) == -1) perror(\"connect\"), exit(1);",
        "  write(client, \"GET / HTTP/1.1\\r\\n\\r\\n\", 18);",
        "  if (fork() == 0) {",
        "    if (epoll_wait(poller, &event, 1, -1) == 1 && read(client, (char[1]){0}, 1) == 1) puts(\"an answer\");",
        "    _exit(0);",
        "  }",
        "  close(client), close(poller);",
        "}",
        "#define AFTER_LISTEN ask()",
      ]
      try swaps(code, awaiting: "an answer")
    }

    @Test("and closes a listener where nobody sees it is not thought to have it")
    func closedUnseen() throws {
      let code = [
        "#include <sys/syscall.h>",
        "static void leave(void) {",
        "  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};",
        "  int other = socket(AF_INET, SOCK_STREAM, 0), ends[2];",
        "  if (bind(other, (struct sockaddr *)&address, sizeof address) == -1 || listen(other, 1) == -1) exit(1);",
        "  syscall(SYS_close, other);",
        "  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);",
        "  struct epoll_event event = {.events = EPOLLIN};",
        "  int poller = epoll_create1(EPOLL_CLOEXEC);",
        "  epoll_ctl(poller, EPOLL_CTL_ADD, ends[0], &event);",
        "  write(ends[1], \"x\", 1);",
        "  if (ends[0] == other && epoll_wait(poller, &event, 1, -1) == 1) puts(\"readable\");",
        "}",
        "#define AFTER_LISTEN leave()",
      ]
      try swaps(code, awaiting: "readable")
    }

    @Test("and shuts its listener down is told so where it waits; the port stays open")
    func shutDown() throws {
      try withServer { package in
        let code = [
          "static void stop(int signal) { (void)signal; shutdown(bound[0], SHUT_RDWR); }",
          "#define AFTER_LISTEN signal(SIGTERM, stop)",
          "#define AFTER_ACCEPT if (errno == EINVAL) printf(\"%d leaves its loop\\n\", getpid()), exit(0)",
        ].joined(separator: "\n").replacing(
          "static void stop", with: "static int bound[8];\nstatic void stop")
        try package.save("one", code)
        let hotReload = try package.serving("--probation", "10ms", "--stop-timeout", "60m")
        let load = package.load()
        for generation in 2...4 {
          let old = try package.answer().pid
          try package.save("number-\(generation)", code)
          try hotReload.await("generation \(generation) is live after ")
          try hotReload.output.await("\(old) leaves its loop")
          try load.goesOn()
        }
        #expect(try load.end() == [:])
      }
    }
  }
}
