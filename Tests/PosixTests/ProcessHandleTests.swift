import Glibc
import Posix
import Testing

@Suite("A process that is observed")
struct ProcessHandleTests {
  @Test("is alive until it has exited, and not while it waits to be reaped")
  func life() throws {
    let pipe = try Pipe()
    let echo = try Pipe()
    let nothing = try Descriptor.open("/dev/null", O_RDWR)
    let input = pipe.reading.number
    for reading in [input, echo.reading.number] { _ = fcntl(reading, F_SETFL, 0) }
    let command = Command(["/bin/cat"], environment: ["MARK=one two"], directory: "/")
    let pid = try command.start(input: input, output: echo.writing.number, error: nothing.number)
    // Its environment is in place only after execve(2) has let this process go on.
    try pipe.writing.write("x")
    #expect(try echo.reading.read() == [UInt8(ascii: "x")])
    let process = try #require(ProcessHandle(pid))
    #expect(process.isAlive && process.name == "cat" && process.group == pid)
    #expect(process.hasVariable("MARK=one two") && !process.hasVariable("MARK=one"))
    #expect(ProcessHandle.children(of: getpid()).contains(pid))
    #expect(ProcessHandle.descendants(of: getppid()).contains(pid))
    process.send(SIGKILL)
    var information = siginfo_t()
    #expect(waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == 0)
    #expect(!process.isAlive && ProcessHandle(pid) == nil)
    process.send(SIGKILL)
    var status: CInt = 0
    #expect(waitpid(pid, &status, 0) == pid && status == SIGKILL)
  }

  @Test("that is this one is itself, and knows its variables")
  func itself() throws {
    let process = try #require(ProcessHandle(getpid()))
    #expect(process == ProcessHandle(getpid()) && process.isAlive)
    #expect(process.group == getpgrp())
    #expect(CurrentProcess.exists(getpid()))
    #expect(ProcessHandle(-1) == nil)
  }

  @Test("has counters of what it has written")
  func activity() throws {
    let before = try #require(ProcessActivity(getpid(), library: ""))
    let file = try Descriptor.inMemory("test")
    try file.write("x")
    let after = try #require(ProcessActivity(getpid(), library: ""))
    #expect(before.identity == after.identity && !after.isEnding && !after.hasLibrary)
    if let first = before.writes, let second = after.writes { #expect(second > first) }
    #expect(try #require(ProcessActivity(getpid(), library: "/libc.so.6")).hasLibrary)
    #expect(ProcessActivity(-1, library: "") == nil)
  }
}
