import Glibc
import Testing

extension EndToEnd {
  @Suite("on a terminal")
  struct TerminalTests {
    static let code = "#define AFTER_LISTEN printf(\"\\033[35mterminal %d\\033[0m\\n\", isatty(1))"

    /// Swaps to a second generation, whose line contains `serves`, and then lets a build fail.
    private func session(_ package: TemporaryPackage, _ hotReload: RunningHotReload, serves: String) throws {
      try hotReload.await("listens on")
      try package.save("two", Self.code)
      try hotReload.await(serves)
      try package.save("three", "#error this is not finished")
      try hotReload.await("build failed")
    }

    @Test("the server sees the terminal, and hotreload and the diagnostics are coloured")
    func terminal() throws {
      try withServer { package in
        try package.save("one", Self.code)
        let hotReload = try package.hotReload(["run"], terminal: try Terminal())
        try hotReload.await("\u{1B}[35mterminal 1\u{1B}[0m")
        try session(package, hotReload, serves: "\u{1B}[1;32mgeneration 2\u{1B}[0m is live after ")
        #expect(!hotReload.errors.lines(with: "\u{1B}[1;31merror: \u{1B}[0m").isEmpty)
      }
    }

    @Test("with NO_COLOR nothing of hotreload is coloured, and the server's colours are its own")
    func noColor() throws {
      try withServer { package in
        try package.save("one", Self.code)
        let hotReload = try package.hotReload(
          ["run"], environment: ["NO_COLOR": "1"], terminal: try Terminal())
        try hotReload.await("\u{1B}[35mterminal 1\u{1B}[0m")
        try session(package, hotReload, serves: "[hotreload] generation 2 is live after ")
        let coloured = hotReload.errors.lines(with: "\u{1B}[").filter { $0.contains(/\u{1B}\[[0-9;]*m/) }
        #expect(coloured.allSatisfy { $0.contains("terminal 1") })
      }
    }

    @Test("is cleared once for what is saved together")
    func clear() throws {
      try withServer { package in
        let sources = package.root + "/Sources/App"
        let settings = "[console]\nclear = true\n[watch]\nrestart-on = [\"Sources/App/new/restart\"]\n"
        try package.replace(package.root + "/.reload.toml", settings)
        let hotReload = try package.hotReload(["run"], terminal: try Terminal())
        try hotReload.await("listens on")
        let staged = package.directory + "/staged"
        try package.makeDirectory(staged, ["new.c": "int new;\n", "restart": ""])
        try package.move(staged, sources + "/new")
        try hotReload.await("is live after ")
        #expect(hotReload.errors.lines(with: "\u{1B}[H\u{1B}[2J").count == 1)
        #expect(hotReload.errors.lines(with: "changed").count == 1)
        try package.replace(package.root + "/.reload.toml", settings + "[run]\narguments = [\"other\"]\n")
        try hotReload.await(".reload.toml")
        try hotReload.await("is live after ")
        #expect(hotReload.errors.lines(with: "\u{1B}[H\u{1B}[2J").count == 2)
      }
    }

    // The session is in the background: the terminal's foreground process is the supervisor.
    @Test("it is written to also after stty tostop, and Ctrl-C ends everything")
    func tostop() throws {
      try withServer { package in
        let terminal = try Terminal()
        let hotReload = try package.hotReload(
          ["run"], terminal: terminal,
          shell: "exec setsid -c -w sh -c 'stty tostop; exec \"$0\" \"$@\"' \"$0\" \"$@\"")
        try hotReload.await("listens on")
        write(terminal.ours, "\u{03}", 1)
        try hotReload.await("stopping the server")
        _ = try hotReload.process.awaitEnd()
        try package.awaitNothingLeft()
      }
    }

    @Test("into a pipe there are no escape sequences but the server's")
    func pipe() throws {
      try withServer { package in
        try package.save("one", Self.code)
        let hotReload = try package.hotReload(["run"])
        try hotReload.output.await("\u{1B}[35mterminal 0\u{1B}[0m")
        try session(package, hotReload, serves: "[hotreload] generation 2 is live after ")
        #expect(hotReload.errors.lines(with: "\u{1B}") == [])
        #expect(hotReload.output.lines(with: "\u{1B}").count == 2)
      }
    }
  }
}
