import Foundation
import Testing
import WatchingTestSupport

@testable import Doctor

@Suite("The check of events")
struct EventCheckTests {
  private let table = MountTable(
    """
    22 27 0:21 / /proc rw,relatime - proc proc rw
    27 1 254:0 / / rw,relatime - overlay overlay rw
    30 27 0:30 / /work rw shared:1 master:2 - fuse.sshfs you@host:/ rw
    31 30 254:1 / /work/my\\040app rw - ext4 /dev/vdb rw
    32 31 0:31 / /work/my\\040app rw - tmpfs tmpfs rw
    a line that is none
    """)

  @Test(
    "knows the file system of a directory",
    arguments: [
      ("/", "overlay"), ("/home/you", "overlay"), ("/work", "fuse.sshfs"), ("/workshop", "overlay"),
      ("/work/other", "fuse.sshfs"), ("/work/my app/Sources", "tmpfs"),
      ("/work/my application", "fuse.sshfs"),
    ])
  func mounts(path: String, type: String) {
    #expect(table.mount(of: path)?.type == type)
  }

  @Test("knows no file system without a table")
  func noTable() { #expect(MountTable("").mount(of: "/") == nil) }

  private func finding(_ outcome: EventProbe.Outcome, silentName: String? = nil) -> Finding {
    EventProbe.finding(outcome, EventProbe.Place(directory: "/app", type: "ext4", silentName: silentName))
  }

  @Test("is a problem only if an event is missed that the file system should report")
  func severities() {
    #expect(
      finding(.arrived(.microseconds(300)))
        == .ok(.events, "a write by another process in /app (ext4) was reported after 0.3 ms"))
    #expect(finding(.silent).severity == .problem)
    #expect(finding(.silent).advice == "set 'watch.poll = true'")
    #expect(finding(.silent, silentName: "FUSE").severity == .warning)
    #expect(finding(.arrived(.zero), silentName: "NFS").severity == .warning)
    #expect(finding(.notWatched("no instance")).severity == .warning)
    #expect(finding(.notWritable("Permission denied")).severity == .warning)
  }

  @Test("waits for the event of a real write, and leaves nothing behind")
  func realWrite() throws {
    let directory = TemporaryDirectory()
    guard case .arrived = EventProbe.run(in: directory.path) else {
      Issue.record("no event in \(directory.path)")
      return
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
  }

  @Test("says that a directory does not exist")
  func noDirectory() {
    #expect(EventProbe.run(in: "/nowhere/at/all") == .notWritable("No such file or directory"))
  }
}
