import Foundation
import Testing

extension EndToEnd {
  /// The server of the pages is a Python program. It is started by its name, so hotreload does not know that
  /// it is Python.
  @Suite("pages in a browser")
  struct BrowserTests {
    private static let server = #"""
      import http.server, os, urllib.parse
      class Handler(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"
          def answer(self, body, kind, *fields):
              self.send_response(200)
              for name, value in [("Content-Type", kind), ("Content-Length", str(len(body))), *fields]:
                  self.send_header(name, value)
              self.end_headers()
              self.wfile.write(body.encode())
          def do_GET(self):
              if self.headers.get("Upgrade"):
                  self.wfile.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n")
                  while line := self.rfile.readline(): self.wfile.write(line)
                  self.close_connection = True
              elif self.path == "/empty": self.wfile.write(b"\r\n\r\n")
              elif self.path == "/utf-16":
                  body = "<p>ünter</p>".encode("utf-16")
                  self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
                  self.wfile.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
              elif self.path == "/data": self.answer("{}", "application/json")
              elif self.path.startswith("/policy?"):
                  fields = urllib.parse.parse_qsl(self.path.partition("?")[2])
                  self.answer("<p>one</p>", "text/html", *fields)
              elif self.path.startswith("/meta"):
                  self.answer("""<meta http-equiv="Content-Security-Policy" content="default-src 'none'">""", "text/html")
              else: self.answer("<p>one</p>", "text/html", ("X-Asked", str(self.headers.get("Accept-Encoding"))))
          def do_POST(self):
              body = self.rfile.read(int(self.headers["Content-Length"])).decode()
              self.answer(body, "text/html" if body.startswith("<") else "text/plain")
          def log_message(self, *arguments): pass
      http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
      """#

    private static let noFailure = "event: failure\ndata: \n\n"
    private static let request = "GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n"

    /// Starts hotreload with the server of the pages, and with the proxy at the second port.
    private func serving(_ package: TemporaryPackage, _ settings: String = "") throws -> RunningHotReload {
      try package.replace(package.root + "/app.py", Self.server + "\n")
      try package.makeDirectory(package.root + "/site", ["a.css": "", "a.html": ""])
      try package.replace(
        package.root + "/.reload.toml",
        """
        [build]
        command = "python3 -m py_compile app.py"
        [run]
        command = ["python3", "app.py"]
        [watch]
        include = ["app.py"]
        [browser]
        listen = "127.0.0.1:\(package.ports.1)"
        reload-on = ["site"]
        \(settings)
        """)
      return try package.serving()
    }

    /// Sends a request to the address for browsers. Returns everything up to the end of the connection.
    private func ask(_ package: TemporaryPackage, _ request: String) throws -> String {
      let connection = try Connection(port: package.ports.1)
      try connection.send(bytes: request)
      var answer: [UInt8] = []
      while true {
        do { answer += try connection.receiveSome() } catch Connection.Failure.closed { break }
      }
      return String(decoding: answer, as: UTF8.self)
    }

    private func version(of page: String) throws -> Substring {
      let mark = try #require(page.range(of: "data-version=\""))
      return page[mark.upperBound...].prefix { $0 != "\"" }
    }

    @Test("in UTF-16 have the script in UTF-16")
    func wide() throws {
      try withPackage { package in
        _ = try serving(package)
        let connection = try Connection(port: package.ports.1)
        try connection.send(bytes: "GET /utf-16 HTTP/1.1\r\nAccept: text/html\r\n\r\n")
        var answer: [UInt8] = []
        while true {
          do { answer += try connection.receiveSome() } catch Connection.Failure.closed { break }
        }
        let mark = try #require(answer.firstRange(of: [0xFF, 0xFE] as [UInt8]))
        let text = try #require(String(data: Data(answer[mark.lowerBound...]), encoding: .utf16))
        #expect(text.contains("<p>ünter</p>"))
        #expect(text.contains("<script src=\"/.hotreload/page.js\""))
        #expect(text.hasSuffix("</script>\n"))
      }
    }

    @Test("have a script; everything else passes as it is")
    func script() throws {
      try withPackage { package in
        let hotReload = try serving(package)
        try hotReload.await("pages that reload automatically: http://127.0.0.1:\(package.ports.1)/")
        let page = try ask(
          package,
          "\r\nGET / HTTP/1.1\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\nIf-None-Match: x\r\n\r\n")
        let tag =
          "\n<script src=\"/.hotreload/page.js\" data-version=\"\(try version(of: page))\"></script>\n"
        #expect(page.hasSuffix("\r\n\r\n<p>one</p>\(tag)"))
        #expect(page.contains("Content-Length: \("<p>one</p>\(tag)".utf8.count)\r\n"))
        #expect(page.contains("X-Asked: None\r\n"))
        #expect(try ask(package, "GET /.hotreload/page.js HTTP/1.1\r\n\r\n").contains("new EventSource("))

        let part = try ask(
          package, "GET / HTTP/1.1\r\nSec-Fetch-Dest: empty\r\nAccept-Encoding: gzip\r\n\r\n")
        #expect(part.hasSuffix("\r\n\r\n<p>one</p>"))
        #expect(part.contains("X-Asked: gzip\r\n"))
        let data = try ask(package, "GET /data HTTP/1.1\r\n\r\n")
        #expect(data.hasSuffix("\r\nCache-Control: no-cache\r\n\r\n{}"))
        let body = String(repeating: "x", count: 1_000_000)
        #expect(
          try ask(package, "POST / HTTP/1.1\r\nContent-Length: \(body.count)\r\n\r\n\(body)").hasSuffix(body))

        let echo = try Connection(port: package.ports.1)
        try echo.send(bytes: "GET / HTTP/1.1\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n")
        #expect(try echo.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
        try echo.send(bytes: "hello\n")
        #expect(try echo.receive(until: "\n") == "hello\n")
      }
    }

    @Test("are loaded again when new code serves, and show why it does not")
    func reload() throws {
      try withPackage { package in
        let hotReload = try serving(package)
        let events = try Connection(port: package.ports.1)
        try events.send(bytes: "GET /.hotreload/events HTTP/1.1\r\n\r\n")
        var version = try version(of: ask(package, Self.request))
        #expect(try events.receive(until: Self.noFailure).contains("event: version\ndata: \(version)\n"))

        try package.replace(package.root + "/app.py", Self.server.replacing("one", with: "two") + "\n")
        let reloaded = try events.receive(until: Self.noFailure)
        #expect(!reloaded.contains("event: version\ndata: \(version)\n"))
        let page = try ask(package, Self.request)
        #expect(page.contains("<p>two</p>"))
        version = try self.version(of: page)
        #expect(reloaded.hasPrefix("event: version\ndata: \(version)\n"))

        try package.replace(package.root + "/app.py", Self.server + "\nwrong(\n")
        let failed = try events.receive(until: " stays live\n\n")
        #expect(failed.hasPrefix("event: version\ndata: \(version)\n"))
        #expect(failed.contains("data: SyntaxError: '(' was never closed\n"))
        #expect(failed.contains("data: build failed after "))
        try package.replace(package.root + "/site/a.html", "<p>")  // the build is broken all the same
        let reloadedBroken = try events.receive(until: " stays live\n\n")
        #expect(!reloadedBroken.contains("event: version\ndata: \(version)\n"))

        try package.replace(package.root + "/app.py", Self.server + "\n")
        _ = try events.receive(until: Self.noFailure)
        try hotReload.await("generation 3 is live after ")
        try package.replace(package.root + "/site/a.css", "p {}")
        #expect(try events.receive(until: "event: styles\ndata:\n\n") != "")
      }
    }

    @Test("have policies that allow the script; what cannot be allowed is said once for a page")
    func policies() throws {
      try withPackage { package in
        let hotReload = try serving(package)
        func page(_ path: String, _ more: String = "") throws -> String {
          let host = "Host: 127.0.0.1:\(package.ports.1)"
          return try ask(
            package, "GET \(path) HTTP/1.1\r\n\(host)\r\nSec-Fetch-Dest: document\r\n\(more)\r\n")
        }
        let field = "Content-Security-Policy"
        let forbidden = try page("/policy?\(field)=default-src+'none'&\(field)=connect-src+'none'")
        let mark = try #require(forbidden.range(of: " nonce=\""))
        let nonce = forbidden[mark.upperBound...].prefix { $0 != "\"" }
        let events = "connect-src 127.0.0.1:\(package.ports.1)/.hotreload/events"
        let extended = "\(field): default-src 'none'; script-src-elem 'nonce-\(nonce)'; \(events)\r\n"
        #expect(forbidden.contains(extended))
        #expect(forbidden.contains("\(field): \(events)\r\n"))
        let script = "/.hotreload/page.js"
        let inline = try page("/policy?\(field)=script-src+'unsafe-inline'")
        let known = "\(field): script-src 'unsafe-inline' 127.0.0.1:\(package.ports.1)\(script)\r\n"
        #expect(inline.contains(known) && !inline.contains(" nonce="))

        for _ in 1...2 {
          #expect(try page("/meta").contains(script))
          _ = try page("/policy?\(field)=sandbox")
          _ = try page("/policy?Content-Encoding=br&")
        }
        try hotReload.await("the page /meta does not reload automatically: a <meta http-equiv=")
        try hotReload.await(
          "the page /policy does not reload automatically: its Content-Security-Policy has 'sandbox' ")
        try hotReload.await("the page /policy does not reload automatically: it is compressed (br) ")
        #expect(hotReload.errors.lines(with: "does not reload automatically").count == 3)
      }
    }

    @Test("end neither hotreload nor the server, whatever is asked and answered")
    func nonsense() throws {
      try withPackage { package in
        let hotReload = try serving(package)
        #expect(
          try ask(package, "\r\n\r\nGET / HTTP/1.1\r\nVia: 1.1 hotreload\r\n\r\n").hasPrefix("HTTP/1.1 508 "))
        for request in [
          "GET\r\n\r\n", ":\r\n\r\n", "\n\n\nGET / HTTP/1.1\n\n", "GET /empty HTTP/1.1\r\n\r\n",
        ] {
          _ = try ask(package, request)
        }
        let form = "POST / HTTP/1.1\r\nSec-Fetch-Dest: document\r\nContent-Length: 12\r\n\r\n<p>Hello</p>"
        #expect(try ask(package, form).contains(" data-form></script>"))
        #expect(try Connection(port: package.port).get("/data") == "{}")
        #expect(hotReload.errors.lines(with: "generation 2") == [])
      }
    }

    @Test("wait where the server does not listen; the address for them can change")
    func waiting() throws {
      try withPackage { package in
        let elsewhere = Ports.free()
        let hotReload = try serving(package, "server = \"127.0.0.1:\(elsewhere)\"")
        let page = try ask(package, Self.request)
        #expect(page.hasPrefix("HTTP/1.1 503 "))
        #expect(page.contains("This page reloads when it is."))
        #expect(
          try ask(package, "GET /data HTTP/1.1\r\nSec-Fetch-Dest: empty\r\n\r\n").hasPrefix("HTTP/1.1 503 "))

        let settings = package.root + "/.reload.toml"
        let text = try package.text(settings)
        try package.replace(settings, text.replacing("\"127.0.0.1:\(package.ports.1)\"", with: "\"nowhere\""))
        try hotReload.await("write it with its port: 127.0.0.1:8090 or [::1]:8090")
        try hotReload.await("keeping the previous settings")
        try package.replace(settings, text.replacing("server = \"127.0.0.1:\(elsewhere)\"", with: ""))
        try hotReload.await("applied the settings")
        #expect(try ask(package, Self.request).contains("<p>one</p>"))
      }
    }

    @Test("cannot be served where somebody else listens")
    func taken() throws {
      try withPackage { package in
        _ = try package.serving()
        try withPackage { second in
          let hotReload = try second.hotReload(["run", "--browser-listen", "127.0.0.1:\(package.port)"])
          #expect(
            try hotReload.errors.awaitEnd().contains(
              "hotreload ('browser.listen') cannot listen on 127.0.0.1:\(package.port): Address already in use, by "
            ))
          #expect(try hotReload.process.awaitEnd() == .exited(1))
        }
      }
    }
  }
}
