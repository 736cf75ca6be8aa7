import Foundation
import Testing

extension EndToEnd {
  @Suite("a server with processes of its own")
  struct PreforkTests {
    /// Four workers accept; the process that bound the socket waits for them, and replaces those that die.
    private let prefork = [
      "static void prefork(void) {",
      "  for (int workers = 0;;) {",
      "    if (workers == 4) wait(NULL), workers--;",
      "    else if (fork() == 0) return;",
      "    else workers++;",
      "  }",
      "}",
      "#define AFTER_LISTEN prefork()",
    ]

    @Test("that were forked after listen(2) loses nothing over five swaps under load")
    func nothingIsLost() throws {
      try withServer(fixture: "PollServer") { package in
        try package.save(header: package.header("one", prefork))
        try package.swapUnderLoad(prefork)
      }
    }

    @Test("that have an epoll instance each loses nothing either")
    func epollEach() throws {
      try withServer { package in
        let code =
          ["#include <sys/wait.h>"] + prefork.dropLast() + ["#define AFTER_LISTEN prefork(); watch_alone()"]
        try package.save(header: package.header("one", code))
        try package.swapUnderLoad(code)
      }
    }

    @Test("a process that dies is replaced as before, and the next swap does not wait for it")
    func deadWorker() throws {
      try withServer(fixture: "PollServer") { package in
        try package.save(header: package.header("one", prefork))
        let hotReload = try package.serving("--probation", "60m")
        for generation in 2...3 {
          let worker = try package.answer().pid
          kill(worker, SIGKILL)
          try eventually("the end of a worker") { !ObservedProcess.exists(worker) }
          try package.save(header: package.header("number-\(generation)", prefork))
          try hotReload.await("generation \(generation) is live after ")
          for _ in 1...50 { #expect(try package.answer().greeting == "number-\(generation)") }
        }
      }
    }

    @Test("one for each connection: it answers what it has begun, also when its parent has been replaced")
    func processForEachConnection() throws {
      try withServer(fixture: "BlockingServer") { package in
        let gate = try package.makeGate()
        let code = [
          "#define BEFORE_READ \\",
          "  signal(SIGCHLD, SIG_IGN); \\",
          "  if (fork() == 0) { \\",
          "    char request[4096] = \"\"; \\",
          "    read(connection, request, sizeof request - 1); \\",
          "    if (strncmp(request, \"GET /slow \", 10) == 0) (void)!read(open(\"\(gate.path)\", O_RDONLY), request, 1); \\",
          "    respond(connection); \\",
          "    _exit(0); \\",
          "  } \\",
          "  close(connection); \\",
          "  continue",
        ]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        let slow = try Connection(port: package.port)
        try slow.send("/slow")
        try gate.awaitReader()
        try package.save(header: package.header("two", code))
        try hotReload.await("generation 2 is live after ")
        for _ in 1...50 { #expect(try package.answer().greeting == "two") }
        try gate.open("go on")
        #expect(try Answer(try slow.receive()).greeting == "one")
        try hotReload.await("[hotreload] generation 1 drained 1 request and exited")
      }
    }
  }
}
