import Foundation
import Posix
import Testing

@testable import Handoff

/// Plays the processes of generations, by the records that the interposer sends.
@Suite("The listeners that are reported of a generation")
struct ReportedListenersTests {
  /// The reports of listeners, with the generation of each.
  private final class Reports {
    var all: [String] = []
  }

  private let loop: EventLoop
  private let server: HandoffServer
  private let path: String
  private let reports = Reports()

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/listeners-\(UUID().uuidString.prefix(8))"
    loop = try EventLoop()
    server = try HandoffServer(path: path, loop: loop) { [loop, reports] generation, event in
      switch event {
      case .listeners(let listeners):
        let texts = listeners.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value ? " polled" : "")" }
        reports.all.append("\(generation): " + texts.joined(separator: ", "))
      case .bindFailed(key: "done", _): loop.stop()
      default: break
      }
    }
  }

  private func end() {
    server.close()
    unlink(path)
  }

  /// Connects a process of a generation.
  private func process(_ generation: Int) throws -> RecordSocket {
    let socket = socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let process = RecordSocket(Descriptor(owning: socket))
    try connectUnix(socket, to: path)
    try process.send("hello \(HandoffProtocol.version) \(generation) \(getpid())")
    return process
  }

  /// Returns the reports of what a process says with these records.
  private func reports(of process: borrowing RecordSocket, _ records: String...) throws -> [String] {
    reports.all = []
    for record in records { try process.send(record) }
    try process.send("bind-failed 0 done")
    try loop.run()
    return reports.all
  }

  @Test("are all of them, each time one is opened, polled or closed, and not if nothing changes")
  func changes() throws {
    defer { end() }
    server.expect(1, held: true)
    let process = try process(1)
    #expect(try reports(of: process, "listening 0 8 here a") == ["1: a"])
    #expect(try reports(of: process, "polled 0") == ["1: a polled"])
    #expect(try reports(of: process, "polled 0", "polled 5", "awaited 0") == [])
    #expect(try reports(of: process, "listening 1 8 there b") == ["1: a polled, b"])
    #expect(try reports(of: process, "closed 0 a", "polled 1") == ["1: b", "1: b polled"])
    #expect(try reports(of: process, "closed 1 b") == ["1: "])
  }

  @Test("are reported of a generation that accepts too")
  func live() throws {
    defer { end() }
    server.expect(1, held: false)
    let process = try process(1)
    #expect(try reports(of: process, "listening 0 8 here a", "polled 0") == ["1: a", "1: a polled"])
  }

  @Test("are polled if one of the processes that share them polls them")
  func shared() throws {
    defer { end() }
    server.expect(2, held: true)
    let parent = try process(2)
    let child = try process(2)
    #expect(try reports(of: parent, "listening 0 8 here a") == ["2: a"])
    #expect(try reports(of: child, "listening 0 8 here a") == [])
    #expect(try reports(of: child, "polled 0") == ["2: a polled"])
    #expect(
      try reports(of: parent, "listening 1 8 there b", "polled 1") == [
        "2: a polled, b", "2: a polled, b polled",
      ])
    #expect(try reports(of: child, "closed 0 a") == ["2: a, b polled"])
  }

  @Test("do not change with the end of the generation, which is reported itself")
  func ended() throws {
    defer { end() }
    server.expect(1, held: true)
    let process = try process(1)
    #expect(try reports(of: process, "listening 0 8 here a") == ["1: a"])
    try process.send("listening 1 8 there b")
    reports.all = []
    server.forget(1)
    #expect(reports.all == [])
  }
}
