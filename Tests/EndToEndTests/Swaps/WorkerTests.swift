import Testing

extension EndToEnd {
  @Suite("a program that never listens")
  struct WorkerTests {
    @Test("is stopped and started at each good build")
    func worker() throws {
      try withServer { package in
        let code = [
          "#define LISTENERS", "#define AFTER_LISTEN printf(\"works as %s %d\\n\", GREETING, getpid())",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.hotReload(["run"])
        let first = try Answer(String(try hotReload.output.await("works as ").dropFirst("works as ".count)))
        #expect(first.greeting == "one")
        try package.save("two", "#error this is not finished")
        try hotReload.await("build failed")
        #expect(ObservedProcess.exists(first.pid))
        try package.save(header: package.header("three", code))
        let second = try Answer(String(try hotReload.output.await("works as ").dropFirst("works as ".count)))
        #expect(second.greeting == "three")
        #expect(!ObservedProcess.exists(first.pid))
      }
    }

    @Test("and exits with code 0 is finished until the next save, also one that changes nothing")
    func finished() throws {
      try withServer { package in
        let code = ["#define LISTENERS", "#define AFTER_LISTEN puts(GREETING), exit(0)"]
        try package.save(header: package.header("one", code))
        let hotReload = try package.hotReload(["run"])
        try hotReload.output.await("one")
        try hotReload.await("[hotreload] generation 1 exited; save a file to run it again")
        try package.save(header: package.header("two", code))
        try hotReload.output.await("two")
        try hotReload.await("[hotreload] generation 2 exited; save a file to run it again")
        try package.save(header: package.header("two", code))
        try hotReload.output.await("two")
        try hotReload.await("[hotreload] generation 3 exited; save a file to run it again")
      }
    }
  }
}
