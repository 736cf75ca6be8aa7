import Foundation
import Testing

extension EndToEnd {
  @Suite("commands for a running hotreload")
  struct ControlTests {
    @Test("'wait' answers rightly after each of a hundred edits, without a pause")
    func hundredEdits() throws {
      try withServer { package in
        _ = try package.serving()
        for number in 1...100 {
          let isBroken = number % 10 == 0
          try package.save("edit-\(number)", isBroken ? "#error no" : "")
          let wait = try package.run("wait")
          #expect(wait.ending == .exited(isBroken ? 1 : 0))
          #expect(wait.output.contains(isBroken ? "error: #error no" : "generation "))
          #expect(try package.answer().greeting == "edit-\(isBroken ? number - 1 : number)")
        }
      }
    }

    @Test("'wait' waits for the first build, and for a save that polling has not found yet")
    func waitPolled() throws {
      try withServer { package in
        _ = try package.hotReload(["run", "--poll", "--poll-interval", "200ms"])
        try eventually("a socket for commands") { package.runtimeFiles.contains { $0.hasSuffix("/control") } }
        #expect(try package.run("wait").ending == .exited(0))
        #expect(try package.answer().greeting == "one")
        try package.save("two")
        #expect(try package.run("wait").ending == .exited(0))
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("'wait' fails with the reason when new code fails, until it is mended")
    func waitFails() throws {
      try withServer { package in
        _ = try package.serving()
        try package.save("two", "#define BEFORE_LISTEN abort()")
        let failed = try package.run("wait")
        #expect(failed.ending == .exited(1))
        #expect(
          failed.output.contains(
            "generation 2 was killed by SIGABRT before it was ready; generation 1 stays live"))
        #expect(try package.run("wait").ending == .exited(1))
        try package.save("three")
        let mended = try package.run("wait")
        #expect(mended.ending == .exited(0))
        #expect(mended.output == "generation 3 serves on 127.0.0.1:\(package.port)\n")
      }
    }

    @Test("'wait' ends with 124 when its time is over")
    func timeout() throws {
      try withServer { package in
        _ = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", gate.include)
        try gate.awaitReader()
        let wait = try package.run("wait", "--timeout", "50ms")
        #expect(wait.ending == .exited(124))
        #expect(wait.output == "error: the time of --timeout is over\n")
        try gate.open()
        #expect(try package.run("wait").ending == .exited(0))
      }
    }

    @Test("'wait' ends with 3 when hotreload is stopped meanwhile")
    func waitStopped() throws {
      try withServer { package in
        _ = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", gate.include)
        try gate.awaitReader()
        let wait = try package.hotReload(["wait"])
        try eventually("a client that waits") {
          let sockets = try String(contentsOfFile: "/proc/net/unix", encoding: .utf8).split(separator: "\n")
          return sockets.count { $0.hasSuffix("-c/control") && $0.contains(package.directory) } > 1
        }
        #expect(try package.run("stop").ending == .exited(0))
        #expect(try wait.process.awaitEnd() == .exited(3))
      }
    }

    @Test("'wait' fails for settings with a mistake, until that is mended")
    func waitSettings() throws {
      try withServer { package in
        _ = try package.serving()
        try package.replace(package.root + "/.reload.toml", "swap.probation = \"long\"\n")
        let wait = try package.run("wait")
        #expect(wait.ending == .exited(1))
        #expect(wait.output.contains("swap.probation"))
        #expect(wait.output.hasSuffix("the previous settings are kept\n"))
        try package.replace(package.root + "/.reload.toml", "swap.probation = \"100ms\"\n")
        #expect(try package.run("wait").ending == .exited(0))
      }
    }

    @Test("'wait' waits for new files that were saved during a build, and are built after it")
    func waitForMany() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", gate.include)
        try gate.awaitReader()
        for number in 1...6 { try package.replace(package.root + "/Sources/App/new\(number).h", "") }
        try gate.open()
        #expect(try package.run("wait").ending == .exited(0))
        let built = hotReload.errors.lines(with: " changed").joined(separator: " ")
        for number in 1...6 { #expect(built.contains("new\(number).h") || built.contains("other files")) }
      }
    }

    @Test(
      "all say with exit code 3 that none runs",
      arguments: ["status", "wait", "reload", "restart", "pause", "resume", "stop", "open"])
    func none(command: String) throws {
      try withServer { package in
        let result = try package.run(command)
        #expect(result.ending == .exited(3))
        #expect(
          result.output == "error: no hotreload runs for \(package.root); start it with 'hotreload run'\n")
      }
    }

    @Test("'status' shows the service, its address and its process, from any directory of the project")
    func status() throws {
      try withServer { package in
        let hotReload = try package.serving()
        try package.save("two", "#warning careful")
        try hotReload.await("generation 2 is live after ")
        let (pid, server) = (try hotReload.process.pid, try package.answer().pid)
        let lines = try package.run("status", "-C", "Sources/App").output.split(separator: "\n").map(
          String.init)
        #expect(
          lines[0].hasPrefix("\(package.root) (hotreload 0.1.0, pid \(pid), for "))
        #expect(
          lines[1].hasPrefix(
            "serving, generation 2, listens on 127.0.0.1:\(package.port) (pid \(server), for "
          ))
        #expect(lines[2].hasPrefix("the last build succeeded after "))
        #expect(lines[3...].contains { $0.contains("careful") })
        let json = try JSONSerialization.jsonObject(
          with: Data(try package.run("status", "--json").output.utf8))
        let status = try #require(json as? [String: Any])
        #expect(status["project"] as? String == package.root)
        #expect(status["settled"] as? Bool == true)
        #expect(status["paused"] as? Bool == false)
        let service = try #require((status["services"] as? [[String: Any]])?.first)
        #expect(service["state"] as? String == "serving")
        #expect(service["generation"] as? Int == 2)
        #expect(service["pid"] as? Int == Int(server))
      }
    }

    @Test("'pause' gathers saves, and 'resume' builds them")
    func pause() throws {
      try withServer { package in
        let hotReload = try package.serving()
        #expect(try package.run("pause").ending == .exited(0))
        try package.save("two")
        let wait = try package.run("wait")
        #expect(wait.ending == .exited(1))
        #expect(wait.output.contains("paused with 1 saved file"))
        #expect(try package.run("status").output.contains("paused with 1 saved file\n"))
        #expect(try package.answer().greeting == "one")
        #expect(hotReload.errors.lines(with: "changed") == [])
        #expect(try package.run("resume").ending == .exited(0))
        #expect(try package.run("wait").ending == .exited(0))
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("'reload' builds what was gathered, and starts a new process also when nothing was saved")
    func reload() throws {
      try withServer { package in
        _ = try package.serving()
        #expect(try package.run("pause").ending == .exited(0))
        try package.save("two")
        #expect(try package.run("reload").ending == .exited(0))
        let two = try package.answer()
        #expect(two.greeting == "two")
        #expect(try package.run("reload").ending == .exited(0))
        let again = try package.answer()
        #expect(again.greeting == "two" && again.pid != two.pid)
      }
    }

    @Test("'reload' runs swift build for a package in which nothing was saved")
    func reloadPackage() throws {
      try withPackage { package in
        let hotReload = try package.serving("--verbose")
        let before = try package.answer().pid
        #expect(try package.run("reload").ending == .exited(0))
        #expect(try package.answer().pid != before)
        #expect(hotReload.errors.lines(with: "falling back") == [])
      }
    }

    @Test("'restart' starts a new process of one service, and tells whoever misspells it")
    func restart() throws {
      try withPackage { package in
        try ServicesTests.write(package)
        _ = try ServicesTests.serving(package)
        let before = (try package.answer().pid, try answer(port: package.ports.1).pid)
        let result = try package.run("restart", "other")
        #expect(
          result.output
            == "api: generation 1 serves on 127.0.0.1:\(package.port)\nother: generation 2 serves on 127.0.0.1:\(package.ports.1)\n"
        )
        #expect(try package.answer().pid == before.0)
        #expect(try answer(port: package.ports.1).pid != before.1)
        let wrong = try package.run("restart", "othr")
        #expect(wrong.ending == .exited(1))
        #expect(
          wrong.output == "error: no service named 'othr'; available: api, other. Did you mean 'other'?\n")
      }
    }

    @Test("'stop' during a build ends everything, with exit code 0")
    func stopWhileBuilding() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", gate.include)
        try gate.awaitReader()
        #expect(try package.run("stop").ending == .exited(0))
        #expect(try hotReload.process.awaitEnd() == .exited(0))
      }
    }

    @Test("'stop' during a swap ends everything, with exit code 0")
    func stopWhileSwapping() throws {
      try withServer { package in
        let hotReload = try package.serving("--stop-timeout", "100ms")
        try package.save("two", "#define BEFORE_LISTEN (void)write(2, \"here\\n\", 5), pause()")
        try hotReload.await("here")
        #expect(try package.run("stop").ending == .exited(0))
        #expect(try hotReload.process.awaitEnd() == .exited(0))
      }
    }

    @Test("'stop' during a drain ends everything, with exit code 0")
    func stopWhileDraining() throws {
      try withServer { package in
        let (hotReload, client, gate) = try package.slowRequest()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.run("stop").ending == .exited(0))
        #expect(try hotReload.process.awaitEnd() == .exited(0))
        withExtendedLifetime((client, gate)) {}
      }
    }

    @Test("a second hotreload says who runs there")
    func second() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let second = try package.hotReload(["run"])
        let line = try second.await("error: ")
        let pid = try hotReload.process.pid
        #expect(
          line.contains("hotreload is already running for \(package.root) (pid \(pid))")
        )
        #expect(try second.process.awaitEnd() == .exited(1))
      }
    }

    @Test("a client that never reads stalls nothing")
    func deafClient() throws {
      try withServer { package in
        let hotReload = try package.serving()
        let path = try #require(package.runtimeFiles.first { $0.hasSuffix("/control") })
        let clients = try (0..<100).map { _ in
          try UnixClient(path: "\(package.directory)/run/hotreload/\(path)")
        }
        for client in clients { client.send(#"{"version":1,"command":"status"}"# + "\n") }
        for number in 2...6 {
          try package.save("edit-\(number)")
          try hotReload.await("generation \(number) is live after ")
        }
        #expect(try package.run("wait").ending == .exited(0))
      }
    }
  }
}

/// A client of a Unix domain socket that sends, and never reads.
private final class UnixClient {
  private let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)

  init(path: String) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if code != 0 { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  func send(_ text: String) {
    _ = text.withCString { Foundation.send(number, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
  }

  deinit { close(number) }
}

extension TemporaryPackage {
  /// Runs a command in the package's directory until it exits. Returns its exit status and what it has printed.
  func run(_ arguments: String...) throws -> (ending: ChildProcess.Ending, output: String) {
    let running = try hotReload(arguments)
    let ending = try running.process.awaitEnd()
    return (ending, try running.output.awaitEnd() + running.errors.awaitEnd())
  }
}
