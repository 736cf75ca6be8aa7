import Foundation
import Testing

extension EndToEnd {
  @Suite("what the server does to files itself")
  struct ServerFilesTests {
    /// The ways to write a file in Python. `number` is a new one each time.
    static let ways = [
      "open('data/state', 'w').write(number)",
      "open('data/state', 'a').write(number)",
      "open('data/state-' + number, 'w').write(number)",
      "open('data/new', 'w').write(number); os.replace('data/new', 'data/state')",
      "open('../new', 'w').write(number); os.rename('../new', 'data/state')",
      "open('../new', 'w').write(number); os.link('../new', 'data/' + number); os.remove('../new')",
      "os.remove('data/lock') if os.path.exists('data/lock') else open('data/lock', 'w').write(number)",
      "file = os.open('data/state', os.O_WRONLY); os.pwrite(file, number.encode(), 0); os.dup2(0, file)",
      "file = os.open('data/' + number, os.O_WRONLY | os.O_CREAT); os.write(file, b'1'); time.sleep(0.01); os.write(file, b'2'); os.close(file)",
      "file = os.open('data/state', os.O_WRONLY); os.pwrite(file, number.encode(), 0); os.closerange(file, file + 1)",
      "os.fork() or (open('data/state', 'w').write(number), os._exit(0)); os.wait()",
      "base = sqlite3.connect('data/base'); base.execute(f'create table t{number}(x)'); base.close()",
      "base = sqlite3.connect('data/base'); base.execute('pragma journal_mode=wal'); base.execute(f'create table t{number}(x)'); base.close()",
      "os.path.exists('../out') or (open('../out', 'w').close(), os.symlink('../../out', 'data/link')); open('data/link', 'w').write(number)",
      "file = os.open('data/state', os.O_WRONLY); os.pwritev(file, [number.encode()], 0); os.close(file)",
      "subprocess.run(['true']); file = open('data/state', 'w'); subprocess.run(['true'], close_fds=True); file.write(number); file.close()",
      "shutil.copy2('server.py', 'data/copy')",
      "open('data/state', 'w').write(number); os.utime('data/state', (1, 1))",
      "os.symlink('../server.py', 'data/' + number)",
      "shutil.rmtree('data/d') if os.path.exists('data/d') else (os.mkdir('data/d'), open('data/d/f', 'w').write(number))",
      "file = open('data/map', 'w+b'); file.truncate(9); map = mmap.mmap(file.fileno(), 0); map[:] = b'123456789'; map.close(); file.close()",
    ]
    /// The ways of writing of which the watcher may see nothing.
    static let quietWays = [
      "tempfile.NamedTemporaryFile(dir='data').write(b'1')", "os.truncate('data/state', 100)",
      "open('data/state', 'r+').close()", "os.utime('data/state', (1, 1))",
    ]

    /// Returns a server that runs this code for a request of `/write`.
    private func python(_ way: String) -> String {
      """
      import mmap, os, shutil, sqlite3, subprocess, tempfile, time
      from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

      kept = []

      class Handler(BaseHTTPRequestHandler):
          def do_GET(self):
              number = str(time.monotonic_ns())
              if self.path == '/write': \(way)
              body = f"state {os.getpid()}\\n".encode()
              self.send_response(200)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)

          def log_message(self, *arguments):
              pass

      ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()

      """
    }

    @Test(
      "at a request is no save; what somebody saves then is one", arguments: ways + quietWays, ["", "--poll"])
    func atRequest(way: String, option: String) throws {
      try withPackage { package in
        try package.serveScript("[\"python3\", \"server.py\"]", ["server.py": python(way)])
        try awaitNoSave(package, option, isSeen: Self.ways.contains(way))
      }
    }

    @Test(
      "leaves what somebody else does to the same file a save",
      arguments: [
        (
          "kept.append(open('data/state', 'w')); kept[0].write(number); kept[0].flush()",
          "echo saved > data/state", "state changed"
        ),
        ("open('../made', 'w').write(number)", "mv ../made data/moved", "moved changed"),
        ("open('../made', 'w').write(number)", "ln -s ../../made data/link", "link changed"),
        (
          "open('data/lock', 'w').write(number); os.remove('data/lock'); open('data/lock', 'w').write(number)",
          "rm data/lock", "lock deleted"
        ),
        ("open('data/state', 'w').write(number)", "rm data/state", "state deleted"),
        ("open('data/state', 'w').write(number)", "mv data/state . && mv state data/again", "again"),
      ])
    func somebodyElse(way: String, command: String, expected: String) throws {
      try withPackage { package in
        try package.serveScript("[\"python3\", \"server.py\"]", ["server.py": python(way)])
        let hotReload = try package.serving()
        _ = try Connection(port: package.port).get("/write")
        // A file that comes and goes within one batch has not changed.
        if way.contains("data/lock") { try hotReload.await("[hotreload] ignoring data/lock") }
        let shell = try Process.run(
          URL(filePath: "/bin/sh"), arguments: ["-c", "cd '\(package.root)' && " + command])
        shell.waitUntilExit()
        try hotReload.await(expected)
        try hotReload.await("generation 2 is live after ")
      }
    }

    @Test("leaves a save one that takes its time while the server opens and closes the file")
    func slowSave() throws {
      try withPackage { package in
        let way = "open('data/state', 'r+').close()"
        try package.serveScript("[\"python3\", \"server.py\"]", ["server.py": python(way)])
        let hotReload = try package.serving()
        let file = open(package.root + "/data/state", O_WRONLY | O_TRUNC | O_CLOEXEC)
        #expect(write(file, "saved", 5) == 5)
        _ = try Connection(port: package.port).get("/write")
        close(file)
        try hotReload.await("[hotreload] data/state changed")
        try hotReload.await("generation 2 is live after ")
      }
    }

    @Test(
      "before it listens is no save",
      arguments: ["[\"python3\", \"server.py\"]", "\"exec python3 server.py\""])
    func beforeListening(command: String) throws {
      try withPackage { package in
        let write = "import time\nopen('data/start', 'w').write(str(time.monotonic_ns()))\n"
        try package.serveScript(
          command, ["server.py": write + python("open('data/state', 'w').write(number)")])
        let hotReload = try awaitNoSave(package, "")
        #expect(hotReload.errors.lines(with: "written by the server").joined().contains("data/start"))
      }
    }

    @Test("is told of three files in a directory, and not of each that it makes")
    func many() throws {
      try withPackage { package in
        let way = "[open('data/' + str(n), 'w').write(number) for n in range(20)]"
        try package.serveScript("[\"python3\", \"server.py\"]", ["server.py": python(way)])
        let hotReload = try awaitNoSave(package, "")
        let lines = hotReload.errors.lines(with: "written by the server")
        #expect(lines.joined(separator: " ").split(separator: " ").count { $0.hasPrefix("data/") } == 3)
      }
    }

    @Test("is no save with Node.js, which closes without close(2)", arguments: ["", "--poll"])
    func node(option: String) throws {
      try withPackage { package in
        let script = """
          const fs = require('node:fs')
          require('node:http').createServer((request, response) => {
            if (request.url === '/write') fs.writeFileSync('data/state', `${process.hrtime()}`)
            response.end(`state ${process.pid}\\n`)
          }).listen(Number(process.env.PORT), '127.0.0.1')

          """
        try package.serveScript("[\"node\", \"server.js\"]", ["server.js": script])
        try awaitNoSave(package, option)
      }
    }

    @Test("is no save where a shell starts it; what the shell starts beside it saves")
    func launcher() throws {
      try withPackage { package in
        let gate = try package.makeGate()
        let beside = "open('\(gate.path)').read(); open('data/made', 'w').write('made')"
        try package.serveScript(
          "\"python3 beside.py & python3 server.py\"",
          ["server.py": python("open('data/state', 'w').write(number)"), "beside.py": beside])
        let hotReload = try awaitNoSave(package, "")
        try gate.awaitReader()
        try gate.open()
        try hotReload.await("[hotreload] data/made changed")
        try hotReload.await("generation 4 is live after ")
      }
    }

    /// Makes the server write three times, and then saves a file that it has written.
    @discardableResult
    private func awaitNoSave(_ package: TemporaryPackage, _ option: String, isSeen: Bool = true) throws
      -> RunningHotReload
    {
      let hotReload = try package.serving(["--poll-interval", "20ms"] + (option.isEmpty ? [] : [option]))
      for number in 1...3 {
        _ = try Connection(port: package.port).get("/write")
        if number == 1, isSeen { try hotReload.await("[hotreload] ignoring data/") }
      }
      try package.overwrite(package.root + "/data/state", "saved")
      try hotReload.await("generation 2 is live after ")
      try package.replace(package.root + "/data/state", "saved again")
      try hotReload.await("generation 3 is live after ")
      let saves = hotReload.errors.lines(with: " changed")
      #expect(saves == Array(repeating: "[hotreload] data/state changed", count: 2))
      return hotReload
    }
  }
}

extension TemporaryPackage {
  /// Makes the directory a project of these scripts without a build, which watches `data`.
  fileprivate func serveScript(_ command: String, _ scripts: [String: String]) throws {
    try FileManager.default.removeItem(atPath: root + "/Package.swift")
    try makeDirectory(root + "/data", ["state": "0"])
    try makeDirectory(root, scripts)
    try replace(
      root + "/.reload.toml",
      """
      [run]
      command = \(command)
      [watch]
      include = ["data"]

      """)
  }
}
