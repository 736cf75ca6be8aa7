import Glibc
import Testing

extension EndToEnd {
  @Suite("a restart policy")
  struct PolicyTests {
    /// Serves "two" as generation 2, which has proved itself, with this policy.
    private func serving(_ package: TemporaryPackage, _ policy: String, _ code: String...) throws
      -> RunningHotReload
    {
      let hotReload = try package.serving(
        "--restart", policy, "--restart-delay", "10ms", "--probation", "10ms")
      let first = try package.answer()
      try package.save(header: package.header("two", code))
      try hotReload.await("generation 2 is live after ")
      try eventually("the end of the first, and so of the probation") { !ObservedProcess.exists(first.pid) }
      return hotReload
    }

    @Test("with a count gives up after so many restarts, and the next save starts the server")
    func count() throws {
      try withServer { package in
        let hotReload = try serving(package, "on-failure:2")
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 2 was killed by SIGKILL; restarting it in 10 ms, clients wait")
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 3 was killed by SIGKILL; restarting it in 20 ms, clients wait")
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await(
          "generation 4 was killed by SIGKILL after 2 restarts, the limit of 'restart.policy'; save a file to start "
            + "it again")
        try package.save("three")
        try hotReload.await("generation 5 listens on")
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("of 'no' leaves the server down until the next save")
    func never() throws {
      try withServer { package in
        let hotReload = try serving(package, "no")
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 2 was killed by SIGKILL; save a file to start it again")
        try package.save("three")
        try hotReload.await("generation 3 listens on")
        #expect(hotReload.errors.lines(with: "restarting").isEmpty)
      }
    }

    @Test(
      "restarts a server that exits with 0, unless it is 'no'",
      arguments: ["on-failure", "always", "unless-stopped"])
    func success(policy: String) throws {
      try withServer { package in
        let hotReload = try serving(package, policy, "#define BEFORE_WAIT exit(0)")
        let second = try package.answer()
        try Connection(port: package.port).send("/slow")
        try hotReload.await("generation 2 exited with code 0; restarting it in 10 ms, clients wait")
        let third = try package.answer()
        #expect(third.greeting == "two" && third.pid != second.pid)
      }
    }

    @Test(
      "of 'always' repeats a program that has done its work, and 'on-failure' does not",
      arguments: [
        (
          "always",
          [
            "generation 1 exited with code 0; restarting it in 10 ms",
            "generation 2 exited with code 0; restarting it in 20 ms",
          ]
        ),
        ("on-failure", ["generation 1 exited; save a file to run it again"]),
      ])
    func work(policy: String, lines: [String]) throws {
      try withPackage { package in
        try package.save("one", "#define LISTENERS", "#define BEFORE_LISTEN exit(0)")
        let hotReload = try package.hotReload(["run", "--restart", policy, "--restart-delay", "10ms"])
        for line in lines { try hotReload.await(line) }
      }
    }
  }
}
