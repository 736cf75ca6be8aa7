import Reloader
import Testing

/// A server that owns something exclusive is ended before its successor is started.
struct ReplacementTests {
  private var serving: ScriptedReloader {
    var timing = Timing()
    timing.replaces = true
    var server = ScriptedReloader.serving
    server.use(timing)
    return server
  }

  @Test("the old one stops accepting, settles and ends; then the new one is started")
  func replacement() {
    var server = serving
    server.saveAndBuild(.b)
    #expect(server.actions == [.pause(1)])
    server.generation(1, .paused(Connections(busy: 1)))
    #expect(server.actions.isEmpty)
    server.generation(1, .drained)
    #expect(server.actions == [.terminate(1)])
    server.generation(1, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(2, .b, held: false)])
    server.generation(2, .listening("127.0.0.1:8080"))
    server.pass(.seconds(1))
    #expect(server.actions == [.discard(.a)])
  }

  @Test("new code that fails has the last good program started")
  func failure() {
    var server = serving
    server.saveAndBuild(.b)
    server.generation(1, .paused(Connections()), .drained, .ended(.signalled("SIGTERM")))
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.discard(.b)])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
  }

  @Test("an old one that does not stop accepting is asked to end all the same")
  func refusal() {
    var server = serving
    server.saveAndBuild(.b)
    server.generation(1, .pauseFailed)
    #expect(server.actions == [.terminate(1)])
  }

  @Test("the last of several programs that are built meanwhile is started")
  func newest() {
    var server = serving
    server.saveAndBuild(.b)
    server.saveAndBuild(.c)
    #expect(server.actions == [.discard(.b)])
    server.generation(1, .paused(Connections()), .drained)
    server.saveAndBuild(.d)
    #expect(server.actions == [.discard(.c)])
    server.generation(1, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(2, .d, held: false)])
  }

  @Test("one that dies while it is asked to stop accepting is replaced at once")
  func death() {
    var server = serving
    server.saveAndBuild(.b)
    server.generation(1, .ended(.signalled("SIGSEGV")))
    #expect(server.actions == [.start(2, .b, held: false)])
  }

  @Test("one that accepts when it likes is ended first, too, without being asked for in the settings")
  func unholdable() {
    var server = ScriptedReloader.serving
    server.generation(1, .unholdable("127.0.0.1:8080"))
    #expect(server.reports.isEmpty)  // it was told of when it listened
    server.saveAndBuild(.b)
    #expect(server.actions == [.pause(1)])
    server.generation(1, .paused(Connections()), .drained, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(2, .b, held: false)])
  }

  @Test("one that turns out to accept while it is held is given up, and started when the old one has ended")
  func uncontrolledCandidate() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .listening("127.0.0.1:8080"), .unholdable("127.0.0.1:8080"))
    #expect(server.actions == [.terminate(2), .pause(1)])
    server.generation(2, .ended(.signalled("SIGTERM")))
    server.generation(1, .paused(Connections()), .drained, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(3, .b, held: false)])
    server.generation(3, .listening("127.0.0.1:8080"))
    server.pass(.seconds(1))
    #expect(server.actions == [.discard(.a)])
  }

  @Test("one that nobody can hold is told of where it listens, and is stopped before the next one is started")
  func unheld() {
    var server = ScriptedReloader()
    server.build(.succeeded(.a))
    server.generation(1, .unholdable("127.0.0.1:8080"))
    #expect(server.reports == [.serving(1, "127.0.0.1:8080")])
    server.pass(.seconds(2))
    server.saveAndBuild(.b)
    #expect(server.actions == [.terminate(1)])
    server.generation(1, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(2, .b, held: false)])
  }

  @Test(
    "one that is started alone says once, when the kernel lists its addresses, which of the former are gone")
  func formerAddresses() {
    var server = ScriptedReloader()
    server.build(.succeeded(.a))
    server.generation(1, .unholdable("127.0.0.1:8080"), .unholdable("127.0.0.1:8081"))
    server.generation(1, .addresses(["127.0.0.1:8080", "127.0.0.1:8081"]))
    #expect(server.reports == [])
    server.saveAndBuild(.b)
    server.generation(1, .ended(.signalled("SIGTERM")))
    server.generation(2, .unholdable("127.0.0.1:8082"))
    let addresses = ["127.0.0.1:8081", "127.0.0.1:8082"]
    server.generation(2, .addresses(addresses))
    #expect(server.reports == [.closed(2, ["127.0.0.1:8080"])])
    server.generation(2, .addresses(addresses))
    #expect(server.reports == [])
  }

  @Test("one that is swapped in says nothing of addresses again")
  func addressesAfterSwap() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .listening("127.0.0.1:8081"), .listeners(["127.0.0.1:8081": true]))
    server.pass(.seconds(1))
    server.generation(1, .paused(Connections()))
    server.generation(2, .released, .addresses(["127.0.0.1:8081"]))
    #expect(!server.reports.contains(.closed(2, ["127.0.0.1:8080"])))
  }
}
