import Foundation
import Testing

extension EndToEnd {
  /// The protocol between systemd and hotreload, and between servers and systemd.
  @Suite("a service manager")
  struct ServiceManagerTests {
    /// Returns a script that binds the port and then executes hotreload with it, as systemd.socket(5) or
    /// systemfd do.
    private static func socketUnit(pid: String) -> String {
      """
      exec python3 -c '
      import os, socket, sys
      listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
      os.dup2(listener.fileno(), 10)
      os.dup2(10, 3)
      os.set_inheritable(3, True)
      os.environ.update(LISTEN_FDS="1", LISTEN_FDNAMES="http")
      \(pid)
      os.execv(sys.argv[1], ["hotreload"] + sys.argv[2:])
      ' "$0" "$@"
      """
    }

    private static let withPid = "os.environ[\"LISTEN_PID\"] = str(os.getpid())"

    @Test(
      "that starts hotreload with a listener starts every server with it, whether it takes or binds it",
      arguments: [
        (withPid, "activated_server.py"), (withPid, "http_server.py"), ("pass", "activated_server.py"),
      ])
    func inherited(pid: String, server: String) throws {
      try withPackage(fixture: "ScriptServer") { package in
        try package.replace(package.root + "/greeting", "one\n")
        let settings = """
          [build]
          command = "env | grep LISTEN; test -n \\"$LISTEN_PID\\" || echo no sockets for builds"
          [run]
          command = ["python3", "\(server)"]
          environment = { GREETING = "same" }
          [watch]
          include = ["greeting"]

          """
        try package.replace(package.root + "/.reload.toml", settings)
        let hotReload = try package.hotReload(["run"], shell: Self.socketUnit(pid: pid))
        try hotReload.await("no sockets for builds")
        try hotReload.await("generation 1 listens on 127.0.0.1:\(package.port)")
        let inode = try Ports.inode(of: package.port)
        let load = package.load()
        for generation in 2...3 {
          try package.replace(package.root + "/greeting", "number-\(generation)")
          try hotReload.await("generation \(generation) is live after ")
          try load.goesOn()
        }
        #expect(try load.end() == [:])
        #expect(try Ports.inode(of: package.port) == inode)
      }
    }

    @Test("hears from hotreload when the first generation serves, and when the end begins")
    func notified() throws {
      try withServer { package in
        let path = package.directory + "/notify"
        let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(manager) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: &address) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(manager, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
          }
        }
        #expect(isBound)
        func next() -> String {
          var bytes = [UInt8](repeating: 0, count: 4096)
          let count = recv(manager, &bytes, bytes.count, 0)
          return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
        try package.save("one", "#define AFTER_LISTEN printf(\"socket: %s.\\n\", getenv(\"NOTIFY_SOCKET\"))")
        let hotReload = try package.hotReload(["run"], environment: ["NOTIFY_SOCKET": path])
        #expect(next() == "READY=1")
        try hotReload.await("generation 1 listens on")
        #expect(try hotReload.output.await("socket: ").contains("notify-1."))
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try hotReload.process.signal(SIGINT)
        #expect(next() == "STOPPING=1")
        _ = try hotReload.process.awaitEnd()
      }
    }

    /// A server that counts its generations in a file that only descriptors refer to.
    private static let counter = #"""
      import array, http.server, os, socket, sys
      manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      manager.connect(os.environ["NOTIFY_SOCKET"])
      def notify(text, *descriptors):
          manager.sendmsg([text.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
      names = os.environ.get("LISTEN_FDNAMES", "").split(":")
      assert names == [""] or os.environ["LISTEN_PID"] == str(os.getpid())
      if "counter" in names:
          counter = 3 + names.index("counter")
      else:
          counter = os.memfd_create("counter")
          notify("FDSTORE=1\nFDNAME=counter\nFDPOLL=0", counter)
      count = int(os.pread(counter, 10, 0) or b"0") + 1
      os.pwrite(counter, str(count).encode(), 0)
      if count == 3: notify("FDSTOREREMOVE=1\nFDNAME=counter")
      mine, theirs = os.pipe()
      notify("BARRIER=1", theirs)
      os.close(theirs)
      os.read(mine, 1)
      print("all is taken", flush=True)
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              body = f"{count} {os.getpid()}".encode()
              self.send_response(200)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)
          def log_message(self, *_): pass
      http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
      """#

    @Test("keeps the descriptors of a server for those after it, also after a crash, and so does hotreload")
    func stored() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try package.replace(package.root + "/counter.py", Self.counter + "\n")
        try package.replace(
          package.root + "/.reload.toml",
          "[build]\ncommand = \"true\"\n[run]\ncommand = [\"python3\", \"counter.py\"]\n")
        let hotReload = try package.serving("--probation", "1ms")
        try hotReload.output.await("all is taken")
        #expect(try package.answer().greeting == "1")
        kill(try package.answer().pid, SIGKILL)
        try hotReload.output.await("all is taken")
        try eventually("the second one") { (try? package.answer().greeting) == "2" }
        for (generation, count) in [(3, "3"), (4, "1"), (5, "2")] {
          try package.replace(package.root + "/counter.py", Self.counter + "\n# \(generation)\n")
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == count)
        }
      }
    }

    @Test("is told by a server which of its processes it is, and hotreload listens to that")
    func mainProcess() throws {
      try withServer { package in
        let code = [
          "#include <sys/un.h>",
          "static void tell(void) {",
          "  char text[32];",
          "  struct sockaddr_un manager = {.sun_family = AF_UNIX};",
          "  strcpy(manager.sun_path, getenv(\"NOTIFY_SOCKET\"));",
          "  int length = sprintf(text, \"MAINPID=%d\", getpid());",
          "  int ours = socket(AF_UNIX, SOCK_DGRAM, 0), barrier[2];",
          "  sendto(ours, text, (size_t)length, 0, (void *)&manager, sizeof manager);",
          "  (void)!pipe(barrier);",
          "  struct iovec vector = {\"BARRIER=1\", 9};",
          "  union { struct cmsghdr header; char space[CMSG_SPACE(sizeof(int))]; } control = {0};",
          "  struct msghdr message = {&manager, sizeof manager, &vector, 1, &control, sizeof control.space, 0};",
          "  control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};",
          "  memcpy(CMSG_DATA(&control.header), &barrier[1], sizeof(int));",
          "  sendmsg(ours, &message, 0);",
          "  close(barrier[1]);",
          "  (void)!read(barrier[0], text, 1);",
          "}",
          "#define AFTER_LISTEN if (fork()) pause(); watch_alone(); setsid(); tell(); kill(getppid(), SIGKILL)",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        for generation in 2...3 {
          let old = try package.answer().pid
          try package.save(header: package.header("number-\(generation)", code))
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == "number-\(generation)")
          try eventually("the end of the old one") { !ObservedProcess.exists(old) }
        }
        #expect(hotReload.errors.lines(with: "SIGKILL") == [])
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 3 was killed by SIGKILL")
      }
    }
  }
}
