import Glibc
import Posix
import Testing

@Suite("An event loop")
struct EventLoopTests {
  @Test("calls timers in the order of their deadlines, each once, and none that was forgotten")
  func timers() throws {
    let loop = try EventLoop()
    var order: [String] = []
    loop.after(.milliseconds(3)) {
      order.append("last")
      loop.stop()
    }
    loop.after(.milliseconds(2)) { order.append("second") }
    loop.after(.zero) { order.append("first") }
    loop.forget(loop.after(.milliseconds(1)) { order.append("forgotten") })
    try loop.run()
    #expect(order == ["first", "second", "last"])
  }

  @Test("does not call a timer that another one of the same pass has ended")
  func forgottenInPass() throws {
    let loop = try EventLoop()
    var isCalled = false
    var second: EventLoop.Token?
    loop.after(.zero) { second.map(loop.forget) }
    second = loop.after(.nanoseconds(1)) { isCalled = true }
    loop.after(.milliseconds(1)) { loop.stop() }
    try loop.run()
    #expect(!isCalled)
  }

  @Test("tells of a descriptor as long as there is something to read, until it is forgotten")
  func readable() throws {
    let loop = try EventLoop()
    let pipe = try Pipe()
    var calls = 0
    let token = try loop.whenReadable(pipe.reading) {
      calls += 1
      loop.stop()
    }
    try pipe.writing.write("x")
    try loop.run()
    try loop.run()  // nobody has read it
    #expect(calls == 2)
    loop.forget(token)
    loop.after(.milliseconds(1)) { loop.stop() }
    try loop.run()
    #expect(calls == 2)
  }

  @Test("tells of room to write, and of a peer that has gone")
  func writableAndHungUp() throws {
    let loop = try EventLoop()
    let pair = try SocketPair(.unix)
    let theirs = try pair.remote.duplicate().release()
    let ours = pair.takeLocal()
    var told: [String] = []
    let token = try loop.whenWritable(ours) {
      told.append("room")
      loop.stop()
    }
    try loop.run()
    loop.forget(token)
    _ = try loop.whenHungUp(ours) {
      told.append("gone")
      loop.stop()
    }
    loop.after(.zero) { close(theirs) }
    try loop.run()
    #expect(told == ["room", "gone"])
  }

  @Test("refuses to watch for the end of what has none")
  func file() throws {
    let loop = try EventLoop()
    let file = try Descriptor.inMemory("test")
    #expect(try #require(throws: SystemError.self) { _ = try loop.whenHungUp(file) {} }.code == EPERM)
  }

  @Test("runs what a handler asks for, and stops after the pass")
  func nested() throws {
    let loop = try EventLoop()
    var order: [Int] = []
    loop.after(.zero) {
      order.append(1)
      loop.after(.zero) {
        order.append(2)
        loop.stop()
        loop.after(.zero) { order.append(3) }
      }
    }
    try loop.run()
    #expect(order == [1, 2])
  }
}
