import Foundation
import Testing

extension EndToEnd {
  @Suite("what the server does to files itself")
  struct ServerFilesTests {
    /// In Python; `number` is another one each time.
    static let ways = [
      "open('data/state', 'w').write(number)",
      "open('data/state', 'a').write(number)",
      "open('data/state-' + number, 'w').write(number)",
      "open('data/new', 'w').write(number); os.replace('data/new', 'data/state')",
      "open('../new', 'w').write(number); os.rename('../new', 'data/state')",
      "open('../new', 'w').write(number); os.link('../new', 'data/' + number); os.remove('../new')",
      "os.remove('data/lock') if os.path.exists('data/lock') else open('data/lock', 'w').write(number)",
      "file = os.open('data/state', os.O_WRONLY); os.pwrite(file, number.encode(), 0); os.dup2(0, file)",
      "os.fork() or (open('data/state', 'w').write(number), os._exit(0)); os.wait()",
    ]

    @Test("at a request is no save; what somebody saves then is one", arguments: ways, ["", "--poll"])
    func atRequest(way: String, option: String) throws {
      try withServer(
        ["python3", "server.py"],
        """
        import os, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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

        """, option)
    }

    @Test("is no save with Node.js, which closes without close(2)", arguments: ["", "--poll"])
    func node(option: String) throws {
      try withServer(
        ["node", "server.js"],
        """
        const fs = require('node:fs')
        require('node:http').createServer((request, response) => {
          if (request.url === '/write') fs.writeFileSync('data/state', `${process.hrtime()}`)
          response.end(`state ${process.pid}\\n`)
        }).listen(Number(process.env.PORT), '127.0.0.1')

        """, option)
    }

    /// Has the server of this script write three times, and then saves what it has written.
    private func withServer(_ command: [String], _ script: String, _ option: String) throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.makeDirectory(package.root + "/data", ["state": "0"])
        try package.replace(package.root + "/" + command[1], script)
        try package.replace(
          package.root + "/.reload.toml",
          """
          [run]
          command = \(command)
          [watch]
          include = ["data"]

          """)
        let hotReload = try package.serving(["--poll-interval", "20ms"] + (option.isEmpty ? [] : [option]))
        for number in 1...3 {
          _ = try Connection(port: package.port).get("/write")
          if number == 1 { try hotReload.await("[hotreload] the server itself has changed data/") }
        }
        try package.overwrite(package.root + "/data/state", "saved")
        try hotReload.await("generation 2 serves after ")
        try package.replace(package.root + "/data/state", "saved again")
        try hotReload.await("generation 3 serves after ")
        let saves = hotReload.errors.lines(with: " changed").filter { !$0.contains("itself") }
        #expect(saves == Array(repeating: "[hotreload] data/state changed", count: 2))
      }
    }
  }
}
