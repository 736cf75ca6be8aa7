import Foundation
import Testing

extension EndToEnd {
  @Suite("what a server starts in sessions of its own")
  struct DescendantTests {
    /// Returns code that runs `code`, and then starts sleep(1) as a child and as the child of a process that
    /// has ended.
    private static func start(_ code: String = "") -> String {
      """
      #define BEFORE_LISTEN for (int i = 0; i < 2; i++) if (fork() == 0) { setsid(); if (i && fork()) _exit(0); \
      \(code); execlp("sleep", "sleep", "300", NULL); }
      """
    }

    private func sleeps(_ package: TemporaryPackage) -> [ObservedProcess] {
      package.processes.filter { $0.command == "sleep 300" }
    }

    @Test("ends with its generation, and that is said to whoever wants to know more")
    func swap() throws {
      try withServer { package in
        try package.save("one", Self.start())
        let hotReload = try package.serving("--verbose")
        try eventually("the first ones") { sleeps(package).count == 2 }
        let first = sleeps(package).map(\.pid)
        for generation in 2...3 {
          try package.save("number-\(generation)", Self.start())
          try hotReload.await("generation \(generation) is live after ")
          let line = try hotReload.await("generation \(generation - 1) exited, and with it ")
          #expect(line.components(separatedBy: "sleep (").count == 3)
          try eventually("the end of the others") { sleeps(package).count == 2 }
        }
        #expect(!sleeps(package).contains { first.contains($0.pid) })
      }
    }

    @Test("ends with it also where that crashes, or ignores SIGTERM")
    func crash() throws {
      try withServer { package in
        try package.save("one", Self.start("signal(SIGTERM, SIG_IGN)"))
        let hotReload = try package.serving("--probation", "1ms", "--stop-timeout", "300ms")
        try eventually("the first ones") { sleeps(package).count == 2 }
        let first = sleeps(package).map(\.pid)
        kill(try package.answer().pid, SIGKILL)
        try hotReload.await("generation 1 was killed by SIGKILL")
        try hotReload.await("generation 2 listens on")
        try eventually("the second ones") { sleeps(package).count == 2 }
        #expect(!sleeps(package).contains { first.contains($0.pid) })
        try package.save("two")
        try hotReload.await("generation 3 is live after ")
        try eventually("the end of the others") { sleeps(package).isEmpty }
      }
    }

    @Test("goes on with HOTRELOAD_KEEP=1 in its environment, until hotreload ends")
    func kept() throws {
      try withServer { package in
        try package.save("one", Self.start("setenv(\"HOTRELOAD_KEEP\", \"1\", 1)"))
        let hotReload = try package.serving("--probation", "10ms")
        try eventually("the first ones") { sleeps(package).count == 2 }
        let first = sleeps(package)
        let server = try package.answer().pid
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try eventually("the end of the old one") { !ObservedProcess.exists(server) }
        #expect(sleeps(package) == first)
        try hotReload.process.signal(SIGINT)
        _ = try hotReload.process.awaitEnd()
        try package.awaitNothingLeft()
      }
    }
  }
}
