import CPosix
import Foundation
import Glibc
import Posix
import Testing

@testable import Serving

@Suite("The way in which a process accepts")
struct WayOfAcceptingTests {
  @Test("is epoll where an instance has the socket registered")
  func epoll() throws {
    let (listener, other) = (try Listener(), try Listener())
    let instance = Descriptor(owning: epoll_create1(CInt(EPOLL_CLOEXEC)))
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 0))
    #expect(epoll_ctl(instance.number, EPOLL_CTL_ADD, listener.descriptor.number, &event) == 0)
    #expect(WayOfAccepting(from: listener.socket.inode, by: getpid()) == .epoll)
    #expect(WayOfAccepting(from: other.socket.inode, by: getpid()) != .epoll)
  }

  @Test("is accept where a thread waits in it")
  func accept() throws {
    let listener = try Listener()
    let number = listener.descriptor.number
    Thread { Foundation.close(Glibc.accept(number, nil, nil)) }.start()
    while WayOfAccepting(from: listener.socket.inode, by: getpid()) != .accept { sched_yield() }
    #expect(Listener.connects(to: listener.port))
  }

  @Test("is not known of a process that is stopped, or not there")
  func unknown() throws {
    let listener = try Listener()
    #expect(WayOfAccepting(from: listener.socket.inode, by: -1) == nil)
  }

  @Test(
    "is looked for unless the process is stopped, whatever its name is",
    arguments: [
      ("1 (cat) T 2 3", true), ("1 (cat) t 2 3", true), ("1 (cat) S 2 3", false), ("1 (cat) R 2 3", false),
      ("1 (a) T) S 2 3", false), ("1 (a) S) T 2 3", true), ("", false), ("1 (cat)", false),
    ])
  func stopped(status: String, isStopped: Bool) { #expect(WayOfAccepting.isStopped(status) == isStopped) }

  @Test("is told by the lines of an epoll instance")
  func epolled() {
    let information = """
      pos:\t0
      flags:\t02
      tfd:        5 events:       19 data:                5  pos:0 ino:1 sdev:8
      tfd:       12 events: 80000019 data: 7f00000000000012  pos:0 ino:2 sdev:8

      """
    #expect(WayOfAccepting.epolled(information) == ["5", "12"])
    #expect(WayOfAccepting.epolled("") == [])
  }

  #if arch(x86_64)
    @Test(
      "is told by the call in which a thread is",
      arguments: [
        ("43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffe 0x7f00", "3"),
        ("288 0x1f 0x0 0x0 0x80000 0x0 0x0 0x7ffe 0x7f00", "31"),
        ("232 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffe 0x7f00", nil), ("running", nil), ("-1 0x7ffe 0x7f00", nil),
        ("", nil),
      ])
    func accepted(call: String, descriptor: String?) { #expect(WayOfAccepting.accepted(call) == descriptor) }
  #endif
}
