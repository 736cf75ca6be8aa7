import Glibc
import Posix
import Testing

@testable import Serving

@Suite("Who has a port")
struct PortHolderTests {
  /// Starts a program that does nothing, and gives it the listening socket as its descriptor 3. Ends it when `body` returns.
  private func withHolder(of listener: Listener, _ body: (CInt) throws -> Void) throws {
    let nothing = try Descriptor.open("/dev/null", O_RDWR)
    let pipe = try Pipe()
    _ = fcntl(pipe.reading.number, F_SETFL, 0)
    var command = Command(["/bin/cat", "-u", "-"], environment: [], directory: "/")
    command.passed = [("http", listener.descriptor.number)]
    let pid = try command.start(input: pipe.reading.number, output: nothing.number, error: nothing.number)
    defer {
      kill(pid, SIGKILL)
      var status: CInt = 0
      waitpid(pid, &status, 0)
    }
    listener.close()
    // A child of another test may have our descriptors until it executes its program.
    while PortHolder.find(port: listener.port)?.pid != Int(pid) { sched_yield() }
    try body(pid)
  }

  @Test("is found with its command line, as long as it has it")
  func found() throws {
    let listener = try Listener()
    #expect(PortHolder.find(port: listener.port)?.pid == Int(getpid()))
    try withHolder(of: listener) { pid in
      #expect(PortHolder.find(port: listener.port) == PortHolder(pid: Int(pid), command: "/bin/cat -u -"))
    }
    while PortHolder.find(port: listener.port) != nil { sched_yield() }
  }

  @Test("is named to the user whom it is in the way of")
  func named() throws {
    let listener = try Listener()
    try withHolder(of: listener) { pid in
      let text = bindFailure("tcp4 127.0.0.1:\(listener.port)", EADDRINUSE)
      #expect(text.hasPrefix("the server cannot listen on 127.0.0.1:\(listener.port): "))
      #expect(text.contains("\(pid) (/bin/cat -u -)"))
      #expect(
        bindFailure("tcp4 127.0.0.1:\(listener.port)", EADDRINUSE, of: "somebody").hasPrefix(
          "somebody cannot"))
    }
  }

  @Test("is hotreload itself where it keeps the port open, and another text says what to do")
  func ourselves() throws {
    let listener = try Listener()
    let text = bindFailure("tcp4 127.0.0.1:\(listener.port)", EADDRINUSE)
    #expect(text.contains("hotreload keeps port \(listener.port) open"))
    let v6Only = bindFailure("tcp6 [::]:\(listener.port)%0 v6only", EADDRINUSE)
    #expect(v6Only.contains("[::]:\(listener.port)") && v6Only.contains("0.0.0.0:\(listener.port)"))
  }

  @Test(
    "is not looked for where that is not the reason",
    arguments: [
      ("tcp4 127.0.0.1:80", EACCES, "127.0.0.1:80: Permission denied"),
      ("tcp6 [fe80::1]:80%2", EADDRNOTAVAIL, "[fe80::1]:80: Cannot assign requested address"),
      ("unix /run/app.sock", EADDRINUSE, "/run/app.sock: Address already in use"),
    ])
  func others(key: String, code: CInt, end: String) {
    #expect(bindFailure(key, code).hasPrefix("the server cannot listen on \(end)"))
  }
}
