import Foundation
import Testing

extension EndToEnd {
  @Suite("keys")
  struct KeyboardTests {
    /// Runs hotreload in the foreground of a new terminal, until it serves and reads keys.
    private func running(
      _ package: TemporaryPackage, _ options: String..., environment: [String: String?] = [:]
    ) throws -> (RunningHotReload, Terminal) {
      let terminal = try Terminal()
      let hotReload = try package.hotReload(
        ["run"] + options, environment: environment, terminal: terminal, shell: Terminal.foreground)
      try hotReload.await("generation 1\u{1B}[0m listens on")
      try eventually("the mode for keys") { !terminal.isAsBefore }
      return (hotReload, terminal)
    }

    /// Ends hotreload, which is not the process that the test has started.
    private func end(_ hotReload: RunningHotReload, _ terminal: Terminal) throws {
      terminal.type("\u{03}")
      try hotReload.process.awaitEnd()
      #expect(terminal.isAsBefore)
    }

    /// Returns the process that reads the keys.
    private func foreground(_ package: TemporaryPackage) throws -> pid_t {
      let found = package.processes.first { process in
        process.command.hasPrefix("/") && process.command.contains("/hotreload run ")
      }
      return try #require(found).pid
    }

    @Test("build again, swap without a build, list the keys, and quit")
    func actions() throws {
      try withServer { package in
        let (hotReload, terminal) = try running(package)
        terminal.type("r")
        try hotReload.await("generation 2\u{1B}[0m is live after")
        terminal.type("s")
        try hotReload.await("generation 3\u{1B}[0m is live after")
        terminal.type("p")
        try hotReload.await("paused")
        terminal.type("p")
        try hotReload.await("resumed")
        terminal.type("?")
        try hotReload.await("q  quit")
        terminal.type("q")
        try hotReload.await("stopping ")
        try hotReload.process.awaitEnd()
        #expect(terminal.isAsBefore)
      }
    }

    @Test("leave the terminal as it was on every way out", arguments: [SIGINT, SIGTERM, SIGHUP, SIGKILL])
    func ways(signal: Int32) throws {
      try withServer { package in
        let (hotReload, terminal) = try running(package)
        kill(try foreground(package), signal)
        try hotReload.process.awaitEnd()
        try eventually("the mode before") { terminal.isAsBefore }
        try package.awaitNothingLeft()
      }
    }

    @Test("leave the terminal as it was if the session is killed")
    func sessionKilled() throws {
      try withServer { package in
        let (hotReload, terminal) = try running(package)
        kill(try package.session, SIGKILL)
        try hotReload.process.awaitEnd()
        #expect(terminal.isAsBefore)
      }
    }

    @Test("are not read with console.keys = false, and from then on if the file changes")
    func off() throws {
      try withServer { package in
        let terminal = try Terminal()
        let file = package.root + "/.reload.toml"
        try package.replace(file, "[console]\nkeys = false\n")
        let hotReload = try package.hotReload(["run"], terminal: terminal, shell: Terminal.foreground)
        try hotReload.await("listens on")
        #expect(terminal.isAsBefore)
        try package.replace(file, "[console]\nkeys = true\n[run]\narguments = [\"x\"]\n")
        try eventually("the mode for keys") { !terminal.isAsBefore }
        try package.replace(file, "[console]\nkeys = false\n[run]\narguments = [\"y\"]\n")
        try eventually("the mode before") { terminal.isAsBefore }
        try end(hotReload, terminal)
      }
    }

    @Test("open the first error in the editor, which has the terminal")
    func editor() throws {
      try withServer { package in
        let script = package.directory + "/vi"
        let mode = "[ \"$(stty -a | grep -c -- '-icanon')\" = 0 ] && echo editing \"$@\" in the mode before"
        try package.replace(script, "#!/bin/sh\n\(mode)\nread -r line\n")
        chmod(script, 0o755)
        let (hotReload, terminal) = try running(package, environment: ["EDITOR": script, "VISUAL": nil])
        terminal.type("e")
        try hotReload.await("there is no error to open")
        try package.save("two", "#error this is not finished")
        try hotReload.await("build failed")
        terminal.type("e")
        try hotReload.await("editing +")
        try package.save("three")
        terminal.type("q\n")
        try hotReload.await("is live after")
        try eventually("the mode for keys") { !terminal.isAsBefore }
        try end(hotReload, terminal)
      }
    }

    @Test("belong to the server with run.stdin, also after a swap")
    func standardInput() throws {
      try withServer { package in
        let code = [
          "#define AFTER_LISTEN { char line[64]; if (fgets(line, 64, stdin)) { printf(\"read %s\", line);"
            + " fflush(stdout); } }"
        ]
        try package.save(header: package.header("one", code))
        let terminal = try Terminal()
        let hotReload = try package.hotReload(
          ["run", "--stdin"], terminal: terminal, shell: Terminal.foreground)
        try hotReload.await("listens on")
        #expect(terminal.isAsBefore)
        terminal.type("quit\n")
        try hotReload.await("read quit")
        try package.save(header: package.header("two", code))
        try hotReload.await("changed")
        terminal.type("again\n")
        try hotReload.await("read again")
        try hotReload.await("is live after")
        try end(hotReload, terminal)
      }
    }
  }
}
