import Foundation
import Testing
import TestTraits

extension EndToEnd {
  @Suite("a server that is started by another program")
  struct LauncherTests {
    /// The ways in which the program becomes the server. `path` is its own path.
    static let ways = [
      "setenv(\"INNER\", \"1\", 1); execl(\"/bin/sh\", \"sh\", \"-c\", \"exec \\\"$0\\\"\", path, (char *)NULL)",
      "execlp(\"env\", \"env\", \"-i\", \"INNER=1\", port, mark, path, (char *)NULL)",
      "setenv(\"INNER\", \"1\", 1); execv(path, argv)", "setenv(\"INNER\", \"1\", 1); execvp(path, argv)",
      "execve(path, argv, (char *[]){\"INNER=1\", port, mark, NULL})",
      "execle(path, \"App\", (char *)NULL, (char *[]){\"INNER=1\", port, mark, NULL})",
      "fexecve(open(path, O_RDONLY | O_CLOEXEC), argv, (char *[]){\"INNER=1\", port, mark, NULL})",
    ]

    @Test("in its place is handed over, and its children inherit nothing of hotreload", arguments: ways)
    func inPlace(way: String) throws {
      try withServer { package in
        let code = [
          "static char path[4096], port[64], mark[64];",
          "#define BEFORE_LISTEN \\",
          "  if (getenv(\"INNER\") == NULL) { \\",
          "    path[readlink(\"/proc/self/exe\", path, sizeof path - 1)] = 0; \\",
          "    sprintf(port, \"PORT=%s\", getenv(\"PORT\")); \\",
          "    sprintf(mark, \"END_TO_END_TEST=%s\", getenv(\"END_TO_END_TEST\")); \\",
          "    \(way); \\",
          "    perror(\"exec\"); exit(1); \\",
          "  }",
          "#define AFTER_LISTEN system(\"env; echo end\")",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        let load = package.load()
        for generation in 2...3 {
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == "number-\(generation)")
          try load.goesOn()
        }
        #expect(try load.end() == [:])
        try hotReload.output.await("end")
        #expect(hotReload.output.lines(with: "LD_PRELOAD") == [])
        #expect(hotReload.output.lines(with: "HOTRELOAD") == [])
      }
    }

    @Test("a launcher of the project's own stays as it is when the script is saved that it runs")
    func ownInterpreter() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try FileManager.default.copyItem(atPath: "/usr/bin/env", toPath: package.root + "/launch")
        let server = try package.text(package.root + "/http_server.py")
        try package.replace(
          package.root + "/.reload.toml",
          """
          build.command = "true"
          run.command = ["./launch", "python3", "http_server.py"]
          run.environment = { GREETING = "one" }

          """)
        let hotReload = try package.serving()
        try package.replace(
          package.root + "/http_server.py", server.replacing("{os.environ['GREETING']}", with: "two"))
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test(
      "as its child is handed over too",
      arguments: [
        "echo starts; ./app; echo ends", "./launch; true",
        "/usr/bin/python3 -c 'import subprocess; subprocess.call([\\\"./app\\\"])'; true",
      ])
    func asChild(command: String) throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.replace(package.root + "/launch", "#!/bin/sh\n./app\nexit 0\n")
        chmod(package.root + "/launch", 0o755)
        try package.replace(
          package.root + "/.reload.toml",
          """
          [build]
          command = "cc -o app.new Sources/App/main.c && mv app.new app"
          [run]
          command = "\(command)"
          [watch]
          include = ["Sources"]

          """)
        let code = "#define AFTER_LISTEN system(\"env; echo end\")"
        try package.save("one", code)
        let hotReload = try package.serving("--probation", "10ms")
        let load = package.load()
        for generation in 2...3 {
          try package.save("number-\(generation)", code)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == "number-\(generation)")
          try load.goesOn()
        }
        #expect(try load.end() == [:])
        try hotReload.output.await("end")
        #expect(hotReload.output.lines(with: "LD_PRELOAD") == [])
        #expect(hotReload.output.lines(with: "HOTRELOAD") == [])
      }
    }

    /// Has the package's program linked statically, so that nothing can be preloaded into it.
    private func linkStatically(_ package: TemporaryPackage) throws {
      let manifest = try package.text(package.root + "/Package.swift").replacing(
        ".executableTarget(name: \"App\")",
        with: """
          .executableTarget(name: "App", linkerSettings: [.unsafeFlags(["-static-executable"])])
          """)
      try package.replace(package.root + "/Package.swift", manifest)
    }

    @Test("or linked statically says which address it has left, and closes it")
    func staticallyElsewhere() throws {
      try withPackage { package in
        try linkStatically(package)
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("generation 1 listens on 127.0.0.1:\(package.port)")
        try package.save("two", "#define LISTENERS {\"127.0.0.1\", \"PORT2\"}")
        try hotReload.await("generation 2 listens on 127.0.0.1:\(package.ports.1)")
        try hotReload.await("generation 2 no longer listens on 127.0.0.1:\(package.port)")
        try eventually("the end of the old listener") { try Ports.inode(of: package.port) == nil }
      }
    }

    @Test("or linked statically that finds its port taken: who has it is named")
    func staticallyTaken() throws {
      try withPackage { package in
        try linkStatically(package)
        let holder = try Ports.Listener(port: package.port)
        let hotReload = try package.hotReload(["run"])
        try hotReload.await(
          "the server cannot listen on 127.0.0.1:\(package.port): Address already in use, by process \(getpid()) ("
        )
        try hotReload.await("generation 1 exited with code 1; save a file to start it again")
        holder.close()
        try package.save("two")
        try eventually("two") { (try? package.answer().greeting) == "two" }
      }
    }

    @Test("or linked statically is stopped and started, clients wait, and the user is told why")
    func linkedStatically() throws {
      try withPackage { package in
        try linkStatically(package)
        let code = "#define AFTER_LISTEN puts(\"listens\")"
        try package.save("one", code)
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("cannot hand over 127.0.0.1:\(package.port): it is linked statically")
        try hotReload.output.await("listens")
        #expect(try package.answer().greeting == "one")
        let load = package.load([.fresh, .fresh])
        for greeting in ["two", "three"] {
          try load.goesOn()
          try package.save(greeting, code)
          try hotReload.output.await("listens")
          try eventually(greeting) { (try? package.answer().greeting) == greeting }
        }
        #expect(try load.end().keys.filter { $0.hasSuffix(": refused") } == [])
        #expect(hotReload.errors.lines(with: "cannot hand").count == 1)
      }
    }
  }

  @Suite("a server in another language")
  struct LanguageTests {
    static let commands = [
      ["/usr/bin/python3", "http_server.py"], ["/usr/bin/python3", "asyncio_server.py"],
      ["/usr/bin/node", "server.js"],
    ]

    @Test(
      "loses nothing over five swaps under load", .long,
      arguments: commands.filter { FileManager.default.isExecutableFile(atPath: $0[0]) })
    func nothingIsLost(command: [String]) throws {
      try withPackage(fixture: "ScriptServer") { package in
        let code = ["#define COMMAND \"\(command[0])\", \"\(command[1])\""]
        try package.save(header: package.header("one", code))
        try package.swapUnderLoad(code)
      }
    }

    @Test(
      "loses nothing of clients that never retry either", .long,
      arguments: commands.filter { FileManager.default.isExecutableFile(atPath: $0[0]) })
    func nothingIsLostWithoutRetries(command: [String]) throws {
      try withPackage(fixture: "ScriptServer") { package in
        let code = ["#define COMMAND \"\(command[0])\", \"\(command[1])\""]
        try package.save(header: package.header("one", code))
        try package.swapUnderLoad(code, [.keepAliveOnce, .keepAliveOnce, .keepAliveOnce, .slow])
      }
    }
  }
}
