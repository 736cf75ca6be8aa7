import Foundation
import Testing

extension EndToEnd {
  @Suite("the server")
  struct ServerTests {
    @Test("gets its arguments, the working directory, and its own path, in every generation")
    func arguments() throws {
      try withPackage { package in
        let code = [
          "#include <linux/limits.h>",
          "static char path[PATH_MAX];",
          "#define BEFORE_LISTEN \\",
          "  for (int i = 0; i < argc; i++) printf(\"argument '%s'\\n\", argv[i]); \\",
          "  printf(\"directory '%s'\\n\", getcwd(path, sizeof path)); \\",
          "  path[readlink(\"/proc/self/exe\", path, sizeof path - 1)] = 0; \\",
          "  printf(\"program '%s'\\n\", path)",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.hotReload(
          ["run", "-C", "package", "App", "--", "--port", "8080", "", "a b"], in: package.directory)
        let bin = package.root + "/.build/x86_64-unknown-linux-gnu/debug"
        for generation in 1...2 {
          for argument in [bin + "/App", "--port", "8080", "", "a b"] {
            #expect(try hotReload.output.await("argument '") == "argument '\(argument)'")
          }
          #expect(try hotReload.output.await("directory '") == "directory '\(package.directory)'")
          #expect(try hotReload.output.await("program '").hasPrefix("program '\(bin)/"))
          if generation == 1 { try package.save(header: package.header("two", code)) }
        }
        #expect(hotReload.output.lines(with: "argument ").count == 10)
      }
    }

    @Test("has children that inherit nothing of hotreload", arguments: [nil, "libm.so.6"])
    func environment(preloaded: String?) throws {
      try withServer { package in
        try package.save("one", "#define AFTER_LISTEN system(\"env; echo end\")")
        let hotReload = try package.hotReload(["run"], environment: ["LD_PRELOAD": preloaded])
        try hotReload.output.await("end")
        #expect(hotReload.output.lines(with: "LD_PRELOAD") == (preloaded.map { ["LD_PRELOAD=\($0)"] } ?? []))
        #expect(hotReload.output.lines(with: "HOTRELOAD") == [])
        #expect(hotReload.output.lines(with: "PORT=\(package.port)").count == 1)
      }
    }

    @Test("has no descriptor of hotreload but the link", arguments: 1...2)
    func descriptors(generation: Int) throws {
      try withServer { package in
        let code = "#define AFTER_LISTEN printf(\"pid %d\\n\", getpid())"
        try package.save("one", code)
        let hotReload = try package.hotReload(["run"])
        if generation == 2 {
          try hotReload.await("generation 1 listens on")
          try package.save("two", code)
        }
        for _ in 1..<generation { try hotReload.output.await("pid ") }
        let pid = try #require(pid_t(try hotReload.output.await("pid ").dropFirst(4)))
        try hotReload.await("generation \(generation) \(generation == 1 ? "listens on" : "is live after ")")
        let inode = try #require(try Ports.inode(of: package.port))
        var descriptors = try ObservedProcess.descriptors(of: pid)
        #expect(descriptors.removeValue(forKey: 0) == "/dev/null")
        #expect(descriptors.removeValue(forKey: 1)?.hasPrefix("pipe:") == true)
        #expect(descriptors.removeValue(forKey: 2)?.hasPrefix("pipe:") == true)
        let link = try #require(descriptors.keys.max())
        #expect(link >= 900)
        #expect(descriptors.removeValue(forKey: link)?.hasPrefix("socket:") == true)
        #expect(descriptors.values.sorted() == ["anon_inode:[eventpoll]", "socket:[\(inode)]"])
      }
    }

    @Test(
      "stays live when a child closes what it has inherited",
      arguments: ["fork()", "vfork()", "syscall(SYS_fork)"])
    func childClosesAll(fork: String) throws {
      try withServer { package in
        let code = [
          "#include <sys/syscall.h>", "#include <sys/wait.h>", "#define AFTER_LISTEN \\",
          "  fflush(stdout); pid_t pid = \(fork); \\",
          "  if (pid == 0) { for (int fd = 1023; fd > 2; fd--) close(fd); _exit(0); } \\",
          "  waitpid(pid, NULL, 0)",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving()
        for generation in 2...3 {
          #expect(try package.answer().pid > 0)
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == "number-\(generation)")
        }
      }
    }

    @Test("hands all its listeners over, two over IPv4 and one over IPv6")
    func severalListeners() throws {
      try withServer { package in
        let code =
          "#define LISTENERS {\"127.0.0.1\", \"PORT\"}, {\"127.0.0.1\", \"PORT2\"}, {\"::1\", \"PORT\"}"
        try package.save("one", code)
        let hotReload = try package.hotReload(["run"])
        let (port, second) = package.ports
        for address in ["127.0.0.1:\(port)", "127.0.0.1:\(second)", "[::1]:\(port)"] {
          try hotReload.await("[hotreload] generation 1 listens on \(address)")
        }
        let inodes = try [
          Ports.inode(of: port), Ports.inode(of: second), Ports.inode(of: port, six: true),
        ].map { try #require($0) }
        let loads = [
          package.load(port: port), package.load(port: second), package.load(port: port, host: "::1"),
        ]
        for generation in 2...3 {
          for load in loads { try load.goesOn() }
          try package.save("number-\(generation)", code)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try answer(port: port).greeting == "number-\(generation)")
          #expect(try answer(port: second).greeting == "number-\(generation)")
          #expect(try answer(port: port, host: "::1").greeting == "number-\(generation)")
        }
        for load in loads { #expect(try load.end() == [:]) }
        #expect(
          inodes == [
            try Ports.inode(of: port), try Ports.inode(of: second), try Ports.inode(of: port, six: true),
          ])
      }
    }

    @Test("hands over one listener for IPv6 and IPv4")
    func dualStack() throws {
      try withServer { package in
        let code = [
          "#define LISTENERS {\"::\", \"PORT\"}",
          "#define BEFORE_BIND setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int))",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.hotReload(["run", "--probation", "10ms"])
        try hotReload.await("generation 1 listens on [::]:\(package.port)")
        let inode = try #require(try Ports.inode(of: package.port, six: true))
        let loads = ["127.0.0.1", "::1"].map { package.load(host: $0) }
        for generation in 2...3 {
          for load in loads { try load.goesOn() }
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          for load in loads { load.retire(generation == 2 ? "one" : "number-2") }
        }
        for load in loads { try load.goesOn() }
        for load in loads { #expect(try load.end() == [:]) }
        #expect(try Ports.inode(of: package.port, six: true) == inode)
      }
    }

    @Test("writes where hotreload does, byte for byte, and nothing is added to that")
    func output() throws {
      try withServer { package in
        let code =
          "#define AFTER_LISTEN write(1, \"\\0\\377\\r\\033[31m\\n\\n\" GREETING, 10 + strlen(GREETING))"
        try package.save("one", code)
        let path = package.directory + "/output"
        let hotReload = try package.hotReload(["run"], shell: "exec \"$0\" \"$@\" >'\(path)'")
        try hotReload.await("generation 1 listens on")
        try package.save("two", code)
        try hotReload.await("generation 2 is live after ")
        try hotReload.process.signal(SIGINT)
        _ = try hotReload.process.awaitEnd()
        let beginning: [UInt8] = [0, 0xFF, 0x0D, 0x1B, 0x5B, 0x33, 0x31, 0x6D, 0x0A, 0x0A]
        let expected = [beginning, Array("one".utf8), beginning, Array("two".utf8)].joined()
        #expect(Array(try Data(contentsOf: URL(filePath: path))) == Array(expected))
      }
    }

    @Test("is handed over under a sanitizer", arguments: ["address", "thread"])
    func sanitizer(name: String) throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "10ms", "--sanitize", name)
        let load = package.load([.fresh, .keepAliveOnce, .slow])
        for generation in 2...3 {
          try load.goesOn()
          try package.save("number-\(generation)")
          try hotReload.await("generation \(generation) is live after ")
        }
        try load.goesOn()
        #expect(try load.end() == [:])
        #expect(hotReload.errors.lines(with: "Sanitizer") == [])
      }
    }

    /// The sanitizer of gcc is a library that must be loaded first.
    @Test(
      "is handed over under the AddressSanitizer of gcc, in a process of its own or behind a shell",
      .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gcc")),
      arguments: ["[\"./app\"]", "\"exec ./app\"", "\"./app; true\""])
    func sanitizerOfGCC(command: String) throws {
      try withServer { package in
        try package.replace(
          package.root + "/.reload.toml",
          """
          [build]
          command = "gcc -fsanitize=address -o app.new Sources/App/main.c && mv app.new app"
          [run]
          command = \(command)
          [watch]
          include = ["Sources"]

          """)
        let code = "#define AFTER_LISTEN printf(\"options: %s.\\n\", getenv(\"ASAN_OPTIONS\"))"
        try package.save("one", code)
        let options = "verify_asan_link_order=1:exitcode=99"
        let hotReload = try package.hotReload(
          ["run", "--probation", "10ms"], environment: ["ASAN_OPTIONS": options])
        try hotReload.await("generation 1 listens on")
        let load = package.load([.fresh, .keepAliveOnce, .slow])
        for generation in 2...3 {
          try load.goesOn()
          try package.save("number-\(generation)", code)
          try hotReload.await("generation \(generation) is live after ")
        }
        try load.goesOn()
        #expect(try load.end() == [:])
        #expect(hotReload.errors.lines(with: "Sanitizer") == [])
        try hotReload.output.await("options: \(options).")
      }
    }

    @Test("is told of to the command of 'swap.after' once a generation, however many listeners it has")
    func afterSwap() throws {
      try withServer { package in
        let code = "#define LISTENERS {\"127.0.0.1\", \"PORT\"}, {\"127.0.0.1\", \"PORT2\"}"
        try package.save("one", code)
        try package.replace(
          package.root + "/.reload.toml", "swap.after = \"echo after $HOTRELOAD_GENERATION.\"\n")
        let hotReload = try package.serving()
        try hotReload.await("generation 1 listens on")
        for generation in 2...3 {
          try package.save("number-\(generation)", code)
          try hotReload.output.await("after \(generation).")
        }
        #expect(hotReload.output.lines(with: "after ") == ["after 1.", "after 2.", "after 3."])
      }
    }

    @Test("may listen elsewhere in new code; the old port is closed then")
    func otherPort() throws {
      try withServer { package in
        let hotReload = try package.serving("--probation", "10ms")
        try package.save("two", "#define LISTENERS {\"127.0.0.1\", \"PORT2\"}")
        try hotReload.await("generation 2 is live after ")
        #expect(try answer(port: package.ports.1).greeting == "two")
        try eventually("the end of the old listener") { try Ports.inode(of: package.port) == nil }
      }
    }
  }
}
