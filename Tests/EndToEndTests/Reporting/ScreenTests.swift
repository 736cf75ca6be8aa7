import Foundation
import Testing

extension EndToEnd {
  @Suite("the screen")
  struct ScreenTests {
    /// The code of a server that prints 40 lines and the beginning of another one when it is first asked.
    private static let talkative = """
      #define AFTER_EVENTS { static int done; if (answered && !done) { done = 1; for (int i = 1; i <= 40; i++) \
      printf("line %d\\n", i); printf("and"); fflush(stdout); } }
      """

    /// Runs a test in a terminal with a shell, in which hotreload is started by this command.
    private func withTerminal(
      columns: Int = 80, rows: Int = 24, command: String = "exec hotreload run OPTIONS", code: [String] = [],
      _ body: (TemporaryPackage, Tmux) throws -> Void
    ) throws {
      try withServer { package in
        try package.save(header: package.header("one", code))
        let options = Builder.compiler.options.map { "'\($0)'" }.joined(separator: " ")
        let script = package.directory + "/run.sh"
        try package.replace(script, command.replacing("OPTIONS", with: options) + "\n")
        let terminal = try Tmux(package, columns: columns, rows: rows)
        defer { terminal.close() }
        try terminal.type("clear; bash \(script)\n")
        try body(package, terminal)
      }
    }

    /// Returns a screen with these rows at the top, and this one at the bottom.
    private func screen(_ top: [String], rows: Int = 24, _ bottom: String) -> [String] {
      top + Array(repeating: "", count: rows - 1 - top.count) + [bottom]
    }

    /// The lines at the start. On a busy machine, the server is reported before it listens.
    private static func started(_ listens: [String], late: Bool = false) -> [String] {
      ["[hotreload] building the project", "[hotreload] built in N ms"]
        + (late ? ["[hotreload] generation 1 started"] : []) + listens
    }

    private static let listens = ["[hotreload] generation 1 listens on 127.0.0.1:PORT"]

    /// Waits for a screen with the lines at the start, and this status line.
    private func awaitStart(
      _ terminal: Tmux, _ package: TemporaryPackage, _ listens: [String] = Self.listens, rows: Int = 24,
      _ status: String = Self.status
    ) throws {
      let screens = [false, true].map { screen(Self.started(listens, late: $0), rows: rows, status) }
      try terminal.await(screens[0], screens[1], port: package.port)
    }

    private static let status = "generation 1 | 127.0.0.1:PORT | built in N ms | ? for keys"

    @Test("has the status line in its last row")
    func statusLine() throws {
      try withTerminal { package, terminal in
        try awaitStart(terminal, package)
      }
    }

    @Test("of 40 columns has the important parts of it")
    func narrow() throws {
      try withTerminal(columns: 40) { package, terminal in
        let listens = ["[hotreload] generation 1 listens on 127.", "0.0.1:PORT"]
        try awaitStart(terminal, package, listens, "generation 1 | built in N ms")
      }
    }

    @Test("of 200 columns has all of it")
    func wide() throws {
      try withTerminal(columns: 200) { package, terminal in
        try awaitStart(terminal, package)
        try package.save("two", "#error not finished")
        try terminal.await(
          "generation 1 | 127.0.0.1:\(package.port) | build failed | 1 file to build | ? for keys")
      }
    }

    @Test("never mixes it with the lines of the server, which scroll above it")
    func serversLines() throws {
      try withTerminal(code: [Self.talkative]) { package, terminal in
        try awaitStart(terminal, package)
        _ = try package.answer()
        let lines = (19...40).map { "line \($0)" } + ["and"]
        try terminal.await(screen(lines, Self.status), port: package.port)
        let expected = Self.started(Self.listens) + (1...40).map { "line \($0)" } + ["and", Self.status]
        let all = try terminal.history.map { Tmux.normalized($0, port: package.port) }.filter {
          $0 != "[hotreload] generation 1 started"
        }
        #expect(all.suffix(expected.count) == expected)
      }
    }

    @Test(
      "has no status line with TERM=dumb, on a pipe, and with console.status-line = false",
      arguments: [
        "TERM=dumb exec hotreload run OPTIONS", "hotreload run OPTIONS 2>&1 | cat",
        "exec hotreload run --no-status-line OPTIONS",
      ])
    func without(command: String) throws {
      try withTerminal(command: command) { package, terminal in
        try terminal.await(
          Self.started(Self.listens), Self.started(Self.listens, late: true), port: package.port)
      }
    }

    @Test("is the shell's while hotreload is stopped by Ctrl-Z, and has the status line again after fg")
    func stopped() throws {
      try withTerminal { package, terminal in
        try awaitStart(terminal, package)
        try terminal.press("C-z")
        try terminal.await("Stopped")
        #expect(try !terminal.screen.contains { $0.contains("? for keys") })
        try terminal.type("stty -a | grep -o '[-]*icanon' | sed s/^/mode:/\n")
        try terminal.await("mode:icanon")
        #expect(try package.answer().greeting == "one")
        try terminal.type("fg\n")
        try terminal.await("? for keys")
        try terminal.press("C-z")
        try terminal.type("bg\n")
        try terminal.await("run.sh &")
        try terminal.type("fg\n")
        try terminal.await("? for keys")
        try terminal.type("s")
        try terminal.await("generation 2 is live after")
        try terminal.type("q")
        try terminal.await("] stopping ")
        try eventually("the end") { !package.processes.contains { $0.command.hasPrefix("hotreload") } }
        try terminal.type("stty -a | grep -o '[-]*icanon' | sed s/^/end:/\n")
        try terminal.await("end:icanon")
        #expect(try !terminal.screen.contains { $0.contains("? for keys") })
      }
    }

    @Test("keeps one status line when its size changes")
    func resized() throws {
      try withTerminal { package, terminal in
        try terminal.await("? for keys")
        try terminal.clearHistory()
        for (columns, rows) in [(80, 30), (70, 10), (100, 24)] {
          try terminal.resize(columns: columns, rows: rows)
          try awaitStart(terminal, package, rows: rows)
        }
      }
    }

    @Test("scrolls as a whole again after kill -9 of either process")
    func killed() throws {
      for name in ["hotreload run", "hotreload session"] {
        try withTerminal { package, terminal in
          try terminal.await("? for keys")
          let pid = try #require(package.processes.first { $0.command.hasPrefix(name) }).pid
          kill(pid, SIGKILL)
          try eventually("the end") { !package.processes.contains { $0.command.hasPrefix("hotreload") } }
          try terminal.type("clear; seq 1 40; stty -a | grep -o '[-]*icanon' | sed s/^/mode:/\n")
          try terminal.await((19...40).map(String.init) + ["mode:icanon", "$"], port: package.port)
        }
      }
    }
  }
}
