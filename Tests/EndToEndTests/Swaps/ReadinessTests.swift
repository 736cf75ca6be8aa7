import Foundation
import Testing

extension EndToEnd {
  @Suite("readiness")
  struct ReadinessTests {
    @Test("new code that must say READY=1 serves when it has, and its status is shown")
    func notifies() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try ActivationTests.write(package, run: ActivationTests.python)
        let hotReload = try package.hotReload(["run", "--ready", "notify"])
        try hotReload.await("generation 1: migrates for one")
        try hotReload.await("generation 1: runs")
        mkfifo(package.root + "/gate", 0o600)
        try package.replace(package.root + "/greeting", "two")
        try hotReload.await("generation 2: migrates for two")
        #expect(try package.answer().greeting == "one")
        try package.overwrite(package.root + "/gate", "")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test(
      "of new code is the success of 'swap.ready-command'; it serves when the command of 'swap.ready-command' has succeeded for it"
    )
    func command() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try ActivationTests.write(package, run: "[\"/usr/bin/python3\", \"http_server.py\"]")
        let hotReload = try package.hotReload(
          ["run", "--ready-command", "echo looks at $HOTRELOAD_GENERATION; test -e ready"])
        try hotReload.await("generation 1 listens")
        let before = try package.answer().pid
        try package.replace(package.root + "/greeting", "two")
        try hotReload.output.await("looks at 2")
        try hotReload.output.await("looks at 2")
        #expect(try package.answer().pid == before)
        try package.replace(package.root + "/ready", "")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().pid != before)
      }
    }

    @Test("the command runs where new code runs, also after 'run.directory' has changed")
    func commandDirectory() throws {
      try withPackage { package in
        let file = package.root + "/.reload.toml"
        let settings = "swap.ready-command = \"echo in $(pwd).\"\n"
        try package.replace(file, settings)
        try package.makeDirectory(package.root + "/place")
        let hotReload = try package.serving()
        try package.save("two")
        try hotReload.output.await("in \(package.root).")
        try hotReload.await("generation 2 is live after ")
        try package.replace(file, settings + "run.directory = \"place\"\n")
        try hotReload.output.await("in \(package.root)/place.")
        try hotReload.await("generation 3 is live after ")
      }
    }

    @Test("new code is ready when it answers 'swap.ready-path', which no client sees before the swap")
    func path() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try ActivationTests.write(package, run: ActivationTests.python)
        let hotReload = try package.hotReload(
          ["run", "--ready-path", "/health", "--ready-timeout", "60s"])
        try hotReload.await("generation 1 listens")
        let load = package.load()
        try package.replace(package.root + "/greeting", "two")
        try hotReload.await(
          "generation 2 is not ready after 5 s: GET /health ('swap.ready-path') returns 503")
        #expect(try package.answer().greeting == "one")
        try package.replace(package.root + "/greeting", "three")
        try hotReload.await("generation 3: runs")
        #expect(load.greetings == ["one"])
        try package.replace(package.root + "/healthy", "")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
        try load.goesOn()
        #expect(try load.end() == [:])
      }
    }

    @Test(
      "is asked for by path in every way of waiting",
      arguments: ["EpollServer", "BlockingServer", "PollServer"])
    func everyWay(fixture: String) throws {
      try withPackage(fixture: fixture) { package in
        let hotReload = try package.serving("--ready-path", "/")
        let load = package.load()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        try load.goesOn()
        #expect(try load.end() == [:])
      }
    }
  }
}
