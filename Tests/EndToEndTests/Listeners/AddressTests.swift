import Foundation
import Testing

extension EndToEnd {
  @Suite("a server's addresses")
  struct AddressTests {
    private let reusePort =
      "#define BEFORE_BIND setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int))"

    @Test("may be chosen by the kernel: every generation has those of the first")
    func anyPort() throws {
      try withServer { package in
        let code =
          "#define LISTENERS {\"127.0.0.1\", \"PORT2\"}, {\"127.0.0.1\", \"PORT2\"}, {\"127.0.0.1\", \"PORT\"}"
        try package.save("one", code)
        let hotReload = try package.hotReload(["run", "--probation", "10ms"], environment: ["PORT2": "0"])
        let ports = try (1...3).map { _ in
          try #require(
            UInt16(try hotReload.await("generation 1 listens on 127.0.0.1:").split(separator: ":").last ?? "")
          )
        }
        #expect(Set(ports).count == 3)
        let inodes = try ports.map { try #require(try Ports.inode(of: $0)) }
        let loads = ports.map { package.load(port: $0) }
        for generation in 2...4 {
          try package.save("number-\(generation)", code)
          try hotReload.await("generation \(generation) is live after ")
          for port in ports { #expect(try answer(port: port).greeting == "number-\(generation)") }
          for load in loads { try load.goesOn() }
        }
        for load in loads { #expect(try load.end() == [:]) }
        #expect(try ports.map { try Ports.inode(of: $0) } == inodes)
      }
    }

    @Test("may be one that several of its sockets share: each is handed over to its successor")
    func sharedPort() throws {
      try withServer { package in
        let code = [
          reusePort,
          "#define LISTENERS {\"127.0.0.1\", \"PORT\"}, {\"127.0.0.1\", \"PORT\"}, {\"127.0.0.1\", \"PORT\"}",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        for _ in 2...3 { try hotReload.await("generation 1 listens on") }
        let inodes = try Ports.inodes(of: package.port)
        #expect(inodes.count == 3)
        let load = package.load()
        for generation in 2...4 {
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          for _ in 1...20 { #expect(try package.answer().greeting == "number-\(generation)") }
          try load.goesOn()
        }
        #expect(try load.end() == [:])
        #expect(try Ports.inodes(of: package.port) == inodes)
      }
    }

    @Test("may be one that every worker binds for itself")
    func sharedPortOfWorkers() throws {
      try withServer(fixture: "PollServer") { package in
        let code = [
          "static void start_workers(void) {",
          "  for (int i = 0; i < 3; i++) if (fork() == 0) return;",
          "  while (wait(NULL) > 0) continue;",
          "  exit(1);",
          "}",
          "#define BEFORE_BIND start_workers(); \\",
          "  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); \\",
          "  setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int))",
          "#define AFTER_LISTEN puts(\"a worker listens\")",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        for _ in 1...3 { try hotReload.output.await("a worker listens") }
        let inodes = try Ports.inodes(of: package.port)
        #expect(inodes.count == 3)
        let load = package.load()
        for generation in 2...4 {
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          for _ in 1...20 { #expect(try package.answer().greeting == "number-\(generation)") }
          try load.goesOn()
        }
        #expect(try load.end() == [:])
        #expect(try Ports.inodes(of: package.port) == inodes)
      }
    }

    @Test("are its own, after a while, when hotreload does not answer")
    func noAnswer() throws {
      try withServer { package in
        let gate = try package.makeGate()
        try package.save(
          "one",
          "#define BEFORE_LISTEN puts(\"starting\"); (void)!read(open(\"\(gate.path)\", O_RDONLY), (char[1]){0}, 1)",
          "#define AFTER_LISTEN puts(\"listens\")")
        let hotReload = try package.hotReload(["run"])
        try gate.awaitReader()
        let session = try package.session
        kill(session, SIGSTOP)
        defer { kill(session, SIGCONT) }
        try gate.open("go on")
        try hotReload.output.await("listens")
      }
    }
  }
}
