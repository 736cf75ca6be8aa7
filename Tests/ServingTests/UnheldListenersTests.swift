import Glibc
import LoopTestSupport
import Posix
import Testing

@testable import Serving

// Each in a process of its own, whose children all are the test's.
@Suite("A listener that cannot be held back")
struct UnheldListenersTests {
  /// A program without hotreload's library, which has these listeners from 3 on.
  private static func start(
    _ listeners: [Listener], _ children: Children, whenEnded: @escaping () -> Void = {}
  ) throws
    -> CInt
  {
    var command = Command(
      ["/bin/sleep", "1000"], environment: [], directory: "/")
    command.passed = listeners.map { ("http", $0.descriptor.number) }
    return try children.start(command) { _ in whenEnded() }
  }

  @Test("is found in the process that has it, unless that tells that it waits there")
  func found() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let listeners = [try Listener(), try Listener()]
        let pid = try Self.start(listeners, children)
        let unheld = UnheldListeners(loop: loop, children: children, library: "/x/interposer-1.so")
        var found: [UnheldListener] = []
        unheld.polledSockets = { _ in [listeners[0].socket.inode: true] }
        unheld.found = { generation, listener in
          #expect(generation == 3)
          found.append(listener)
          loop.stop()
        }
        unheld.expect(3, pid: pid, isHeld: false)
        try loop.run()
        let listener = try #require(found.first)
        #expect(found.count == 1 && listener.socket == listeners[1].socket)
        #expect(listener.process == pid && listener.descriptor == 4 && listener.command == "/bin/sleep 1000")
        #expect(listener.reason.contains("without hotreload's library"))
        for consequence in [.clientsWait, .clientsAreRefused, .aside] as [UnheldListener.Consequence] {
          let text = listener.text(consequence)
          #expect(text.contains(listener.socket.address) && text.contains("process \(pid)"))
          #expect(text.hasPrefix("/bin/sleep 1000 ") && text.contains(listener.reason))
        }
        #expect(listener.text(.clientsAreRefused).contains("swap.listen = [\"\(listener.socket.address)\"]"))
        unheld.forget(3)
      }
    }
  }

  @Test("that is adopted goes on listening when its process has ended, until it is discarded")
  func adopted() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        var listeners = [try Listener()]
        let (socket, port) = (listeners[0].socket, listeners[0].port)
        let pid = try Self.start(listeners, children) { loop.stop() }
        listeners = []
        let adopted = AdoptedListeners(loop: loop)
        func listener(_ inode: ListeningSocket, descriptor: CInt) -> UnheldListener {
          UnheldListener(socket: inode, process: pid, descriptor: descriptor, command: "sleep", reason: "")
        }
        #expect(adopted.filter(for: 2, isPreloaded: true) == nil)  // it need not ask
        let other = try Listener()
        #expect(!adopted.adopt(listener(other.socket, descriptor: 3)))  // it is another socket by now
        #expect(!adopted.adopt(listener(socket, descriptor: 99)))
        #expect(adopted.adopt(listener(socket, descriptor: 3)))
        #expect(adopted.isAdopted(socket.inode) && !adopted.isAdopted(other.socket.inode))
        #expect(adopted.filter(for: 3, isPreloaded: true) != nil)
        children.signal(SIGKILL, pid)
        try loop.run()
        #expect(Listener.connects(to: port))
        adopted.discard(allBut: [socket.inode])
        #expect(adopted.isAdopted(socket.inode) && Listener.connects(to: port))
        adopted.discard(allBut: [])
        #expect(!adopted.isAdopted(socket.inode) && !Listener.connects(to: port))
      }
    }
  }
}
