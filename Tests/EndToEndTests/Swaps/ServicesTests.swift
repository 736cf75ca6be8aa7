import Foundation
import Testing

extension EndToEnd {
  @Suite("several services of a package")
  struct ServicesTests {
    /// Writes the settings of two services, which run the product of the fixture, each on a port of its own.
    /// The second greets with a variable of its own.
    static func write(_ package: TemporaryPackage) throws {
      try package.save(header: SettingsTests.who)
      try package.replace(package.root + "/.env", "WHO=second\n")
      try package.replace(
        package.root + "/.reload.toml",
        """
        [[service]]
        name = "api"
        [service.run]
        product = "App"
        environment = { WHO = "first" }

        [[service]]
        name = "other"
        [service.run]
        product = "App"
        environment = { PORT = "\(package.ports.1)" }
        env-files = [".env"]

        """)
    }

    /// Returns the settings without the second service.
    static func alone(_ settings: String) throws -> String {
      let second = try #require(settings.range(of: "\n[[service]]\nname = \"other\""))
      return String(settings[..<second.lowerBound])
    }

    /// Starts both services, and waits until they serve.
    static func serving(_ package: TemporaryPackage, _ options: String...) throws -> RunningHotReload {
      let hotReload = try package.hotReload(["run"] + options)
      try hotReload.awaitAll("api: generation 1 listens on", "other: generation 1 listens on")
      return hotReload
    }

    @Test("are swapped each for itself, after one build for all")
    func both() throws {
      try withPackage { package in
        try Self.write(package)
        let hotReload = try Self.serving(package)
        #expect(hotReload.errors.lines(with: "building ") == ["[hotreload] building App"])
        #expect(try package.answer().greeting == "first")
        #expect(try answer(port: package.ports.1).greeting == "second")
        let loads = [package.load(), package.load(port: package.ports.1)]
        try package.save(header: SettingsTests.who.replacing("nobody", with: "none"))
        try hotReload.awaitAll("api: generation 2 is live after ", "other: generation 2 is live after ")
        #expect(hotReload.errors.lines(with: "changed").count == 1)
        #expect(hotReload.errors.lines(with: "built in ").count == 2)
        try package.replace(package.root + "/.env", "WHO=third\n")
        try hotReload.awaitAll("other: generation 3 is live after ")
        #expect(try answer(port: package.ports.1).greeting == "third")
        #expect(hotReload.errors.lines(with: "api: generation 3") == [])
        for load in loads {
          try load.goesOn()
          #expect(try load.end() == [:])
        }
      }
    }

    @Test("go on when their build fails, and are told together that it did, or changed nothing")
    func oneBuild() throws {
      try withPackage { package in
        try Self.write(package)
        let hotReload = try Self.serving(package)
        try package.save(header: "#error no\n")
        let failed = try hotReload.await("build failed after ")
        #expect(failed.hasSuffix("; api: generation 1, other: generation 1 stay live"))
        try package.save(header: SettingsTests.who)
        try hotReload.await(": the programs are the same")
      }
    }

    @Test("share the settings that are for all, also when one's own cannot be taken over")
    func refused() throws {
      try withPackage { package in
        try Self.write(package)
        let hotReload = try Self.serving(package)
        let taken = Ports.free()
        let listener = try Ports.Listener(port: taken)
        defer { listener.close() }
        let file = package.root + "/.reload.toml"
        let own = "name = \"api\"\n"
        try package.replace(
          file,
          "build.before = \"echo hooked\"\n"
            + package.text(file).replacing(own, with: own + "swap.listen = [\"127.0.0.1:\(taken)\"]\n"))
        try hotReload.await("error: api: hotreload ('swap.listen') cannot listen on 127.0.0.1:\(taken): ")
        try hotReload.await("api: keeping the previous settings")
        try hotReload.await("hooked")
        try hotReload.awaitAll("api: generation 2 is live after ", "other: generation 2 is live after ")
        #expect(try package.answer().greeting == "first")
      }
    }

    @Test("come and go with the settings, while the others go on")
    func changing() throws {
      try withPackage { package in
        try Self.write(package)
        let file = package.root + "/.reload.toml"
        let both = try package.text(file)
        let first = try Self.alone(both)
        try package.replace(file, first)
        let hotReload = try package.hotReload(["run"])
        try hotReload.awaitAll("api: generation 1 listens on")
        let load = package.load()
        try package.replace(file, both)
        try hotReload.awaitAll("other: generation 1 listens on")
        #expect(try answer(port: package.ports.1).greeting == "second")
        let server = try answer(port: package.ports.1).pid
        try package.replace(file, first)
        try hotReload.await("'other' is no longer a service in .reload.toml; stopping it")
        try hotReload.await("'other' has stopped")
        #expect(!ObservedProcess.exists(server))
        try package.save(header: SettingsTests.who.replacing("nobody", with: "none"))
        try hotReload.awaitAll("api: generation 2 is live after ")
        try package.replace(file, both)
        try hotReload.awaitAll("other: generation 1 listens on")
        #expect(hotReload.errors.lines(with: "api: generation 3") == [])
        try load.goesOn()
        #expect(try load.end() == [:])
        // The new service listens at the address of the other one, which has ended by then.
        try package.replace(
          file,
          first.replacing("\"api\"", with: "\"new\"").replacing("\"first\"", with: "\"renamed\"")
            + "[service.swap]\nlisten = [\"127.0.0.1:\(package.port)\"]\n")
        try hotReload.await("new: generation 1 listens on")
        #expect(try package.answer().greeting == "renamed")
        try package.replace(file, "")
        try hotReload.await("[hotreload] generation 1 listens on")
        #expect(try package.answer().greeting == "none")
      }
    }

    @Test("that end leave the others their programs, and their addresses to who is to have them")
    func leftBehind() throws {
      try withPackage { package in
        try Self.write(package)
        let file = package.root + "/.reload.toml"
        let both = try package.text(file)
        let free = Ports.free()
        let listen = "[service.swap]\nlisten = [\"127.0.0.1:\(free)\"]\n"
        try package.replace(file, both + listen)
        let hotReload = try Self.serving(package, "--probation", "10ms")
        let first = try package.answer().pid
        try package.replace(file, Self.alone(both) + listen)
        try hotReload.await("error: api: hotreload ('swap.listen') cannot listen on 127.0.0.1:\(free): ")
        try hotReload.await("'other' has stopped")
        try hotReload.await("api: generation 2 is live after ")
        #expect(try Ports.inode(of: free) != nil)
        try eventually("the end of the first, and so of the probation") { !ObservedProcess.exists(first) }
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("api: generation 2 was killed by SIGKILL; restarting it in 1 s")
        try hotReload.await("api: generation 3 listens on")
      }
    }

    @Test("that cannot be started are said, and tried again with the next settings")
    func notStarted() throws {
      try withPackage { package in
        try Self.write(package)
        let file = package.root + "/.reload.toml"
        let both = try package.text(file)
        let taken = Ports.free()
        let listener = try Ports.Listener(port: taken)
        let hotReload = try Self.serving(package)
        let third = "[[service]]\nname = \"App\"\nswap.listen = [\"127.0.0.1:\(taken)\"]\n"
        try package.replace(file, both + third)
        try hotReload.await("error: hotreload ('swap.listen') cannot listen on 127.0.0.1:\(taken): ")
        try package.replace(file, both + third.replacing(":\(taken)", with: ":\(Ports.free())"))
        try hotReload.await("App: generation 1 ")
        listener.close()
        try package.replace(file, "")
        try hotReload.await("'App' is no longer a service in .reload.toml; stopping it")
        try hotReload.await("[hotreload] generation 1 listens on")
      }
    }

    @Test("are run one by one when they are named")
    func one() throws {
      try withPackage { package in
        try Self.write(package)
        let hotReload = try package.hotReload(["run", "other"])
        try hotReload.await("other: generation 1 listens on")
        #expect(try answer(port: package.ports.1).greeting == "second")
        #expect(try Ports.inode(of: package.port) == nil)
        let wrong = try package.hotReload(["run", "othr"])
        try wrong.await("error: no service named 'othr'; available: api, other. Did you mean 'other'?")
        #expect(try wrong.process.awaitEnd() == .exited(1))
      }
    }

    @Test(
      "have settings that are looked at closely",
      arguments: [
        (
          "[[service]]\n[service.run]\narguments = []\n",
          "1:1: error: a service needs a name: the product that it runs, or another and 'run.product'"
        ),
        ("[service]\nname = \"a\"\n", "1:2: error: 'service' is a list of tables; write [[service]]"),
        (
          "[[service]]\nname = \"a\"\n[service.build]\nfast = true\n",
          "3:10: error: 'build' applies to all services: write [build], outside of [[service]]"
        ),
        ("[[service]]\nnam = \"a\"\n", "2:1: error: unknown key 'nam'; did you mean 'name'?"),
        ("[[service]]\nname = 1\n", "2:8: error: 'name': expected the name of the service, as a string"),
        (
          "[[service]]\nname = \"a\"\n[[service]]\nname = \"a\"\n",
          "3:1: error: the service 'a' is already defined"
        ),
        (
          "[run]\nproduct = \"App\"\n[[service]]\nname = \"a\"\n",
          "2:1: error: 'run.product' applies to one service: set it under its [[service]], in [service.run]"
        ),
        (
          "[[service]]\nname = \"a\"\nswap.listen = [\":1\"]\n[[service]]\nname = \"b\"\nswap.listen = [\":1\"]\n",
          "6:6: error: 'swap.listen' contains ':1' for service 'b', but service 'a' has it too"
        ),
        (
          "[[service]]\nname = \"a\"\nswap.ready-timeout = \"0s\"\n",
          "3:6: error: 'swap.ready-timeout' must be longer than zero"
        ),
      ])
    func mistakes(settings: String, error: String) throws {
      try withPackage { package in
        let file = package.root + "/.reload.toml"
        try package.replace(file, settings)
        let hotReload = try package.hotReload(["run"])
        #expect(try hotReload.await("error: ") == "\(file):\(error)")
      }
    }

    @Test("are shown by 'config' with what each has of its own")
    func config() throws {
      try withPackage { package in
        try Self.write(package)
        let shown = try package.hotReload(["config"])
        _ = try shown.output.awaitEnd()
        let file = package.root + "/.reload.toml"
        let services = shown.output.all.split(separator: "[[service]]\n").dropFirst()
        let lines = services.joined().split(separator: "\n").map {
          $0.split(separator: " #")[0].trimmingCharacters(in: .whitespaces)
        }
        #expect(
          lines == [
            "name = \"api\"", "[service.run]", "product = \"App\"", "environment = { WHO = \"first\" }",
            "name = \"other\"", "[service.run]", "product = \"App\"",
            "environment = { PORT = \"\(package.ports.1)\" }",
            "env-files = [\"\(package.root)/.env\"]",
          ])
        #expect(shown.output.all.contains("# \(file):4\n"))
        let json = try package.hotReload(["config", "--json"])
        _ = try json.output.awaitEnd()
        let parsed = try JSONSerialization.jsonObject(with: Data(json.output.all.utf8)) as? [String: Any]
        let parts = parsed?["services"] as? [[String: Any]]
        #expect(parts?.map { $0["name"] as? String } == ["api", "other"])
        #expect(
          (parts?[1]["run.env-files"] as? [String: Any])?["value"] as? [String] == ["\(package.root)/.env"])
      }
    }
  }
}

extension RunningHotReload {
  /// Waits until each of these texts has occurred in a line, in any order.
  fileprivate func awaitAll(_ texts: String...) throws {
    for text in texts { try errors.await(text) }
  }
}
