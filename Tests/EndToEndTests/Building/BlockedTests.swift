import Foundation
import Testing

extension EndToEnd {
  @Suite("hotreload that stands still")
  struct BlockedTests {
    /// Starts hotreload, which serves and then blocks in open(2): it waits for a writer of a FIFO that its
    /// settings name as a file.
    private func blocked(_ package: TemporaryPackage) throws -> RunningHotReload {
      let fifo = package.directory + "/env"
      #expect(mkfifo(fifo, 0o600) == 0)
      try package.save(
        "one",
        "#define BEFORE_LISTEN signal(SIGTERM, SIG_IGN); if (fork() == 0) { setsid(); for (;;) pause(); }")
      let hotReload = try package.serving()
      try package.replace(package.root + "/.reload.toml", "[run]\nenv-files = [\"\(fifo)\"]\n")
      let session = try package.session
      try eventually("it to stand still") {
        try String(contentsOfFile: "/proc/\(session)/wchan", encoding: .utf8).contains("wait_for_partner")
      }
      return hotReload
    }

    /// Removes the kept programs, which the next start would do.
    private func removeKeptPrograms(_ package: TemporaryPackage) throws {
      for name in package.keptPrograms {
        try FileManager.default.removeItem(atPath: package.root + "/.build/debug/" + name)
      }
    }

    @Test("ends at the second Ctrl-C, with all that it has started", arguments: [SIGINT, SIGTERM])
    func twice(signal: Int32) throws {
      try withServer { package in
        let hotReload = try blocked(package)
        try hotReload.process.signal(SIGINT)
        try hotReload.process.signal(signal)
        #expect(try hotReload.process.awaitEnd() == .killed(signal))
        try package.awaitNothingLeft()
        try removeKeptPrograms(package)
      }
    }

    @Test("ends after a while at the first, and says why", arguments: [SIGINT, SIGTERM, SIGHUP])
    func once(signal: Int32) throws {
      try withServer { package in
        let hotReload = try blocked(package)
        try hotReload.process.signal(signal)
        try hotReload.await(
          "error: hotreload has not responded for 5 s; stopping everything that it started")
        #expect(try hotReload.process.awaitEnd() == .killed(signal))
        try package.awaitNothingLeft()
        try removeKeptPrograms(package)
      }
    }

    @Test("leaves nothing after kill -9 of either of its processes", arguments: [true, false])
    func killed(isOuter: Bool) throws {
      try withServer { package in
        let hotReload = try blocked(package)
        if isOuter { try hotReload.process.signal(SIGKILL) } else { kill(try package.session, SIGKILL) }
        #expect(try hotReload.process.awaitEnd() == .killed(SIGKILL))
        try package.awaitNothingLeft()
      }
    }

    @Test("does not do so for an expression that would backtrack for years")
    func expression() throws {
      try withServer { package in
        try package.replace(
          package.root + "/.reload.toml",
          "[watch]\nexclude-regex = ['^(\\w+[-_]?)+\\.gen\\.swift$']\ninclude = [\".\"]\n")
        let hotReload = try package.serving()
        try package.replace(
          package.root + "/UserAuthenticationControllerTestsOfTheWholeApplication.swift", "")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try hotReload.process.signal(SIGINT)
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
      }
    }

    @Test("is nothing that a reader of its output can make of it by not reading")
    func unread() throws {
      try withServer { package in
        let fifo = package.directory + "/errors"
        #expect(mkfifo(fifo, 0o600) == 0)
        let reader = open(fifo, O_RDWR | O_CLOEXEC)
        defer { close(reader) }
        try package.replace(
          package.root + "/.reload.toml", "[build]\nbefore = \"yes 'nobody reads this' | head -c 1000000\"\n"
        )
        let hotReload = try package.hotReload(
          ["run", "--events", "/dev/stderr"], shell: "exec \"$0\" \"$@\" 2>'\(fifo)'")
        func awaitAnswer(_ greeting: String) throws {
          try eventually("the answer \(greeting)") { (try? package.answer().greeting) == greeting }
        }
        try awaitAnswer("one")
        try package.save("two")
        try awaitAnswer("two")
        try hotReload.process.signal(SIGINT)
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }

    @Test("the terminal is afterwards as it was, whatever a server has made of it")
    func terminal() throws {
      try withServer { package in
        let terminal = try Terminal()
        let theirs = dup(terminal.theirs)
        defer { close(theirs) }
        func echoes() -> Bool {
          var mode = termios()
          return tcgetattr(theirs, &mode) == 0 && mode.c_lflag & tcflag_t(ECHO) != 0
        }
        let code = [
          "#include <termios.h>",
          "static struct termios mode;",
          "#define BEFORE_LISTEN tcgetattr(1, &mode); mode.c_lflag &= ~ECHO; tcsetattr(1, TCSANOW, &mode)",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.hotReload(
          ["run"], terminal: terminal, shell: "exec setsid -c -w sh -c 'exec \"$0\" \"$@\"' \"$0\" \"$@\"")
        try hotReload.await("listens on")
        #expect(!echoes())
        write(terminal.ours, "\u{03}", 1)
        _ = try hotReload.process.awaitEnd()
        #expect(echoes())
      }
    }
  }
}
