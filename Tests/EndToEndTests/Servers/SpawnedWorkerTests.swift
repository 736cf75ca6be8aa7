import Foundation
import Testing

extension EndToEnd {
  @Suite("a server whose workers are programs of their own")
  struct SpawnedWorkerTests {
    private static let server = """
      import os, socket, subprocess, sys
      def serve(s):
          s.listen(64)
          while True:
              c, _ = s.accept()
              c.recv(4096)
              body = b"%s %d" % (open("greeting", "rb").read().strip(), os.getpid())
              c.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s" % (len(body), body))
              c.close()
      if len(sys.argv) > 1:
          serve(socket.socket(fileno=int(sys.argv[1])))
      s = socket.socket()
      s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      s.bind(("127.0.0.1", int(os.environ["PORT"])))
      s.set_inheritable(True)
      words = ["python3", "server.py", str(s.fileno())]
      workers = [START for _ in "ab"]
      for worker in workers: os.waitpid(worker, 0)

      """

    /// Starts a worker by `posix_spawn(3)` or `fork(2)` and `execve(2)`, with the path of its program.
    private static func start(_ program: String) -> String {
      "subprocess.Popen([\(program)] + words[1:], pass_fds=[s.fileno()]).pid"
    }

    private static func write(_ package: TemporaryPackage, start: String) throws {
      try package.replace(package.root + "/greeting", "one\n")
      try package.replace(package.root + "/server.py", server.replacing("START", with: start))
      try package.replace(
        package.root + "/.reload.toml",
        """
        [build]
        command = "true"
        [run]
        command = ["/usr/bin/python3", "server.py"]
        environment = { PATH = "/usr/bin:/bin" }
        [watch]
        include = ["greeting"]

        """)
    }

    @Test(
      "which is the server's own, as with hypercorn and uvicorn, loses nothing over three swaps",
      arguments: [start("sys.executable"), "os.posix_spawnp('python3', words, os.environ)"])
    func ownProgram(start: String) throws {
      try withPackage(fixture: "ScriptServer") { package in
        try Self.write(package, start: start)
        let hotReload = try package.serving("--probation", "10ms")
        let load = package.load([.fresh, .fresh, .fresh])
        for (generation, greeting) in [(2, "two"), (3, "three"), (4, "four")] {
          try package.replace(package.root + "/greeting", greeting)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == greeting)
          try load.goesOn()
        }
        #expect(try load.end() == [:])
      }
    }

    @Test("which is another one is named, with its address, and is stopped before the new code starts")
    func otherProgram() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try Self.write(package, start: Self.start("'./python'"))
        try FileManager.default.copyItem(
          atPath: URL(filePath: "/usr/bin/python3").resolvingSymlinksInPath().path,
          toPath: package.root + "/python")
        let hotReload = try package.hotReload(["run", "--probation", "10ms"])
        try hotReload.await("./python server.py")
        #expect(
          hotReload.errors.lines(with: "cannot hand over 127.0.0.1:\(package.port)").first?
            .contains("it was started by the server, without hotreload's library") == true)
        #expect(try package.answer().greeting == "one")
        for greeting in ["two", "three"] {
          try package.replace(package.root + "/greeting", greeting)
          try eventually(greeting) { (try? package.answer().greeting) == greeting }
        }
        #expect(hotReload.errors.lines(with: "cannot hand over").count == 1)
      }
    }
  }
}

extension EndToEnd {
  @Suite("a server that puts itself into the background")
  struct BackgroundTests {
    @Test("is ended there, and the user is told to run it in the foreground")
    func daemon() throws {
      try withServer { package in
        try package.save("one", "#define BEFORE_LISTEN if (fork()) _exit(0); setsid()")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("generation 1 moved to the background")
        try package.save("two")
        try hotReload.await("generation 2 listens on 127.0.0.1:\(package.port)")
        #expect(try package.answer().greeting == "two")
      }
    }
  }
}
