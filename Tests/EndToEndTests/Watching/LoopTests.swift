import Foundation
import Testing

extension EndToEnd {
  @Suite("what builds, servers and their children write")
  struct LoopTests {
    /// Returns the command `python3 -m http.server` in the project's directory.
    private static func filesServer(_ package: TemporaryPackage) -> String {
      "[\"python3\", \"-m\", \"http.server\", \"-b\", \"127.0.0.1\", \"\(package.port)\"]"
    }

    /// Returns a server that runs this code first.
    private static func server(_ code: String) -> String {
      """
      import os, subprocess, threading
      from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

      class Handler(BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.send_header("Content-Length", "3")
              self.end_headers()
              self.wfile.write(b"ok\\n")

      server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
      \(code)
      server.serve_forever()

      """
    }

    /// Returns the files of each batch that was built so far.
    private static func taken(_ hotReload: RunningHotReload) -> [String] {
      hotReload.errors.lines(with: " changed").filter { $0.hasPrefix("[hotreload] ") }
        .map { String($0.dropFirst("[hotreload] ".count)) }
    }

    /// Waits until a generation is live after the line with this text and number.
    private static func awaitServed(_ hotReload: RunningHotReload, _ text: String, _ number: Int) throws {
      try eventually("what is live after '\(text)'") {
        let lines = hotReload.errors.all.split(separator: "\n")
        let found = lines.indices.filter { lines[$0].contains(text) && lines[$0].hasSuffix(" changed") }
        guard found.count >= number else { return false }
        return lines[found[number - 1]...].contains { $0.contains(" is live after ") }
      }
    }

    private static func builds(_ hotReload: RunningHotReload) -> Int {
      hotReload.errors.lines(with: "built in ").count
    }

    @Test(
      "output that depends on the sources alone is learned and named once; then there is one build a save",
      arguments: ["cp src.txt out.txt", "cp src.txt out.txt; sleep 0.1"], ["--no-poll", "--poll"])
    func output(command: String, way: String) throws {
      try withPackage { package in
        try package.makeProject(
          build: "\"\(command)\"", run: Self.filesServer(package), ["src.txt": "0", "other.txt": "0"])
        let hotReload = try package.serving(["--poll-interval", "20ms", way])
        try hotReload.await("[hotreload] out.txt changed")
        try Self.awaitServed(hotReload, "out.txt", 1)
        for number in 1...5 {
          try package.replace(package.root + "/src.txt", "\(number)")
          try Self.awaitServed(hotReload, "src.txt", number)
        }
        try package.replace(package.root + "/other.txt", "1")
        try Self.awaitServed(hotReload, "other.txt", 1)
        // With polling it may be learned one save later.
        let taken = Self.taken(hotReload).map { $0 == "out.txt, src.txt changed" ? "src.txt changed" : $0 }
        #expect(
          taken
            == ["out.txt changed"] + Array(repeating: "src.txt changed", count: 5) + ["other.txt changed"])
        #expect(Self.builds(hotReload) == 8)
        let told = hotReload.errors.lines(with: "written by the build")
        if way == "--no-poll" || !told.isEmpty {
          #expect(told == ["[hotreload] ignoring out.txt: written by the build"])
        }
        #expect(try package.text(package.root + "/out.txt") == "5")
        try package.replace(package.root + "/out.txt", "by hand")
        try hotReload.await("[hotreload] out.txt changed")
      }
    }

    @Test(
      "so is that of make, and of a generator whose output is compiled, where the program is compared",
      arguments: [
        "[\"make\", \"app\"]",
        "\"cmp -s Sources/App/behaviour.h copy.h || cp Sources/App/behaviour.h copy.h; cc -o app Sources/App/main.c\"",
      ])
    func make(command: String) throws {
      try withPackage { package in
        try package.makeProject(
          build: command, run: "[\"./app\"]",
          [
            "Makefile": """
            app: main.o
            \tcc -o app main.o
            main.o: Sources/App/main.c Sources/App/behaviour.h
            \tcc -c Sources/App/main.c

            """
          ])
        let hotReload = try package.serving()
        try hotReload.await(": the program is the same")
        for number in 2...6 {
          try package.save("number-\(number)")
          try hotReload.await("generation \(number) is live after ")
          #expect(try package.answer().greeting == "number-\(number)")
        }
        #expect(hotReload.errors.lines(with: "written by the build").count >= 1)
        #expect(Self.builds(hotReload) <= 6 + 4)
      }
    }

    @Test(
      "temporary files of new names start nothing",
      arguments: [
        "t=$(mktemp ./out.XXXXXX); cat src/a.txt >$t; mv $t out.bin",
        "t=$(mktemp ./out.XXXXXX); cat src/a.txt >$t; sleep 0.2; mv $t out.bin",
        "t=$(mktemp ./out.XXXXXX); sleep 0.2; rm $t",
        "mkdir -p __pycache__; echo 1 >__pycache__/a.pyc.$$; sleep 0.1; mv __pycache__/a.pyc.$$ __pycache__/a.pyc",
      ])
    func temporary(command: String) throws {
      try withPackage { package in
        try package.makeDirectory(package.root + "/src", ["a.txt": "0"])
        try package.makeProject(build: "\"\(command)\"", run: Self.filesServer(package))
        let hotReload = try package.serving()
        for number in 1...4 {
          try package.replace(package.root + "/src/a.txt", "\(number)")
          try Self.awaitServed(hotReload, "src/a.txt", number)
        }
        let others = Self.taken(hotReload).filter { !$0.contains("src/a.txt") }
        #expect(others.filter { $0 != "out.bin changed" && $0 != "__pycache__/a.pyc changed" } == [])
        #expect(hotReload.errors.lines(with: " deleted") == [])
        #expect(Self.builds(hotReload) <= 1 + 4 + 4)
      }
    }

    @Test(
      "another file with every build ends with a warning that names a pattern, and the next save works at once"
    )
    func otherNames() throws {
      try withPackage { package in
        try package.makeProject(
          build: "\"cp src.txt out.$(date +%N)\"", run: Self.filesServer(package), ["src.txt": "0"])
        let hotReload = try package.serving()
        let warning = try hotReload.await("with every build or server start: ")
        #expect(warning.hasSuffix("set watch.exclude = [\"out.*\"] in .reload.toml"))
        for number in 1...3 {
          try package.replace(package.root + "/src.txt", "\(number)")
          try Self.awaitServed(hotReload, "src.txt", number)
        }
        #expect(Self.builds(hotReload) <= 12)
      }
    }

    @Test(
      "what a child of the server writes after each start, or all the time, ends with a warning, and a save works at once",
      arguments: [
        "threading.Timer(.3, lambda: subprocess.run('date +%N >cache.txt', shell=True)).start()",
        "threading.Timer(.01, lambda: subprocess.run('date +%N >cache.txt', shell=True)).start()",
        "subprocess.run('date +%N >cache.txt', shell=True)",
        "subprocess.Popen('while :; do echo x >>cache.txt; sleep 0.05; done', shell=True)",
      ])
    func childOfServer(code: String) throws {
      try withPackage { package in
        try package.makeProject(
          run: "[\"python3\", \"server.py\"]", ["server.py": Self.server(code)])
        let hotReload = try package.serving()
        let warning = try hotReload.await(
          "warning: cache.txt changes with every build or server start: ")
        #expect(warning.hasSuffix("set watch.exclude = [\"cache.txt\"] in .reload.toml"))
        // The limit is the first build, the changes that may be saves (8 outside of build cycles, 3 in them),
        // and the delayed build cycles.
        #expect(hotReload.errors.lines(with: " is live after ").count <= 1 + 8 + 3 + 5)
        for number in 1...3 {
          try package.replace(package.root + "/server.py", Self.server(code) + "# \(number)\n")
          try Self.awaitServed(hotReload, "server.py", number)
        }
        #expect(hotReload.errors.lines(with: "with every build or server start").count == 1)
      }
    }

    @Test("saves that follow each other as fast as they are live are each live at once, from the first on")
    func fastSaves() throws {
      try withPackage { package in
        try package.makeProject(
          run: "[\"python3\", \"server.py\"]", ["server.py": Self.server("")])
        let hotReload = try package.serving("--verbose")
        for number in 2...40 {
          try package.replace(package.root + "/server.py", Self.server("# \(number)"))
          try hotReload.await("generation \(number) is live after ")
        }
        #expect(hotReload.errors.lines(with: "waits") == [])
        #expect(hotReload.errors.lines(with: "with every build or server start") == [])
      }
    }
  }
}

extension TemporaryPackage {
  /// Makes the directory a project without a package.
  fileprivate func makeProject(build: String? = nil, run: String, _ files: [String: String] = [:]) throws {
    try FileManager.default.removeItem(atPath: root + "/Package.swift")
    try makeDirectory(root, files)
    let command = build.map { "[build]\ncommand = \($0)\n" } ?? ""
    try replace(root + "/.reload.toml", command + "[run]\ncommand = \(run)\n")
  }
}
