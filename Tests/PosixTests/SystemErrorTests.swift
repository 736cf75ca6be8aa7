import Glibc
import Posix
import Testing

@Suite("A system call")
struct SystemErrorTests {
  @Test("that a signal has interrupted is made again")
  func interrupted() throws {
    var calls = 0
    let result = try check("read") { () -> Int in
      calls += 1
      errno = EINTR
      return calls < 3 ? -1 : 7
    }
    #expect(result == 7)
    #expect(calls == 3)
  }

  @Test("that fails is an error with its errno, whatever the description of its subject does to that")
  func failed() throws {
    func subject() -> String {
      errno = 0
      return "/file"
    }
    let error = try #require(throws: SystemError.self) {
      try check("open", subject()) { () -> CInt in
        errno = EACCES
        return -1
      }
    }
    #expect(error.code == EACCES)
    #expect("\(error)" == "/file: Permission denied (open)")
    #expect("\(SystemError("fork", code: EAGAIN))" == "fork: Resource temporarily unavailable")
  }

  @Test(
    "names signals as the manual does",
    arguments: [(SIGSEGV, "SIGSEGV"), (SIGTERM, "SIGTERM"), (200, "signal 200")])
  func signals(number: CInt, name: String) { #expect(signalName(number) == name) }

  @Test("a signal's default action ends the process so that its parent sees the signal")
  func death() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      signal(SIGTERM, SIG_IGN)
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, SIGTERM)
      pthread_sigmask(SIG_BLOCK, &set, nil)
      die(by: SIGTERM)
    }
  }
}
