internal import SelfWrites
internal import Posix
internal import Testing

@Suite struct ServerActivityTests {
  private var activity = ServerActivity()

  private func process(
    _ pid: CInt, start: UInt64 = 1, writes: UInt64? = 0, faults: UInt64 = 0, tells: Bool = true,
    program: String? = "/bin/server"
  ) -> ProcessActivity {
    var process = ProcessActivity(
      .init(pid: pid, start: start), writes: writes, faultsOfChildren: faults, hasLibrary: tells)
    process.program = program
    return process
  }

  private mutating func look(_ processes: [ProcessActivity]) -> Bool {
    activity.mayHaveWritten(now: processes)
  }

  @Test("a server that tells has not written, whatever it sends")
  mutating func server() {
    #expect(!look([process(1)]))
    #expect(!look([process(1, writes: 9), process(2, writes: 1)]))
    #expect(!look([process(1)]))
  }

  @Test("a server that loads the library has not written before; a program that has executed it may have")
  mutating func loading() {
    for program in ["/bin/server", nil] {
      _ = look([process(1, tells: false, program: program)])
      #expect(!look([process(1)]))
    }
    _ = look([process(1, tells: false, program: "/bin/launcher")])
    #expect(look([process(1)]))
  }

  @Test("a child that was there and is not any more may have written")
  mutating func child() {
    _ = look([process(1)])
    #expect(look([process(1, faults: 90)]))
    #expect(!look([process(1, faults: 90)]))
    _ = look([process(1, faults: 90), process(2, tells: false)])
    #expect(look([process(1, faults: 90)]))
  }

  @Test("a child that has ended and was not waited for may have written; a server that has ended has told")
  mutating func ending() {
    _ = look([process(1)])
    var (child, server) = (process(2, tells: false), process(1, tells: false))
    (child.isEnding, server.isEnding) = (true, true)
    #expect(look([process(1), child]))
    _ = look([process(1)])
    #expect(!look([server]))
    #expect(!look([]))
  }

  @Test("a program that does not tell may have written when it has called write(2), or nobody knows")
  mutating func silent() {
    #expect(look([process(1, writes: 5, tells: false)]))
    #expect(!look([process(1, writes: 5, tells: false)]))
    #expect(look([process(1, writes: 6, tells: false)]))
    #expect(look([process(1, start: 2, writes: 0, tells: false)]))
    #expect(look([process(1, start: 2, writes: nil, tells: false)]))
  }

  @Test("is read of this process and of a child that it waits for")
  mutating func real() throws {
    #expect(try #require(ProcessActivity(CurrentProcess.identifier, library: "")).hasLibrary == false)
    #expect(ProcessActivity(CurrentProcess.identifier, library: "libc.so.6")?.hasLibrary == true)
    #expect(ProcessActivity(0, library: "") == nil)
  }
}
