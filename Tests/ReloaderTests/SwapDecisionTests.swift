import Reloader
import Testing

/// A new program takes over: held, ready, pause, release, probation.
struct SwapDecisionTests {
  @Test("the first program is started and accepts at once")
  func first() {
    var server = ScriptedReloader()
    server.pass(.seconds(3))
    server.build(.succeeded(.a))
    #expect(server.actions == [.start(1, .a, held: false)])
    #expect(server.reports == [.built(.seconds(3)), .started(1)])
    #expect(server.timers == [.probation(1): .seconds(1), .health(1): .seconds(10)])
    server.generation(1, .listening("127.0.0.1:8080"))
    #expect(server.reports == [.serving(1, "127.0.0.1:8080")])
    server.generation(1, .ready)
    #expect(server.actions.isEmpty)
  }

  @Test("a new program is held beside the old one, with a time to become ready")
  func candidate() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    #expect(server.actions == [.start(2, .b, held: true)])
    #expect(server.reports == [.built(.zero)])
    #expect(server.timers == [.readiness(2, .timeout): .seconds(30)])
    server.generation(2, .listening("127.0.0.1:8080"))
    #expect(server.actions.isEmpty && server.reports.isEmpty)
  }

  @Test("when it is ready, the old one is paused, and not before")
  func pause() {
    let server = ScriptedReloader.pausing
    #expect(server.actions == [.pause(1)])
    #expect(server.timers == [.pause(1): .seconds(5)])
  }

  @Test("when the old one is paused, the new one is released, and not before")
  func release() {
    let server = ScriptedReloader.releasing
    #expect(server.actions == [.release(2)])
    #expect(server.timers == [.release(2): .seconds(5)])
  }

  @Test("when the new one accepts, the old one is kept for the probation")
  func released() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .listening("127.0.0.1:8080"))
    server.pass(.milliseconds(20))
    server.generation(2, .ready)
    server.pass(.milliseconds(3))
    server.generation(1, .paused(Connections(fresh: 1, busy: 2, idle: 3)))
    server.pass(.milliseconds(2))
    server.generation(2, .released)
    #expect(server.actions.isEmpty)
    let swapped = Swapped(
      generation: 2, total: .milliseconds(25), ready: .milliseconds(20), pause: .milliseconds(5),
      connections: Connections(fresh: 1, busy: 2, idle: 3))
    #expect(server.reports == [.live(swapped)])
    #expect(server.timers == [.probation(2): .seconds(1), .health(2): .seconds(10)])
  }

  @Test("an old one that has settled is asked to end when the probation is over, and not before")
  func settledInTime() {
    var server = ScriptedReloader.onProbation
    server.generation(1, .drained)
    #expect(server.actions.isEmpty)
    server.pass(.seconds(1))
    #expect(server.actions == [.terminate(1)])
    #expect(server.timers == [.termination(1): .seconds(5), .health(2): .seconds(9)])
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.discard(.a)])
    #expect(server.reports == [.drained(1, requests: 3)])
    #expect(server.timers == [.health(2): .seconds(9)])
  }

  @Test("an old one that has not settled has the drain time for it")
  func settledLater() {
    var server = ScriptedReloader.onProbation
    server.pass(.seconds(1))
    #expect(server.actions.isEmpty)
    #expect(server.timers == [.drain(1): .seconds(10), .health(2): .seconds(9)])
    server.generation(1, .drained)
    #expect(server.actions == [.terminate(1)])
    #expect(server.timers == [.termination(1): .seconds(5), .health(2): .seconds(9)])
  }

  @Test("an old one that does not settle is asked to end all the same, and then killed")
  func neverSettled() {
    var server = ScriptedReloader.onProbation
    server.pass(.seconds(11))
    #expect(server.actions == [.terminate(1)])
    #expect(server.reports == [.drainTimedOut(1, after: .seconds(10))])
    server.generation(1, .drained)
    #expect(server.actions.isEmpty)
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(1)])
    #expect(server.reports == [.killed(1, after: .seconds(5))])
  }

  @Test("an old one that ends while it settles needs no more")
  func endsWhileSettling() {
    var server = ScriptedReloader.onProbation
    server.pass(.seconds(1))
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.discard(.a)])
    #expect(server.timers == [.health(2): .seconds(9)])
  }

  @Test("acknowledgements that nobody waits for change nothing")
  func strayAcknowledgements() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    for event in [GenerationEvent.paused(Connections()), .released, .drained, .ready] {
      server.generation(1, event)
      #expect(server.actions.isEmpty && server.reports.isEmpty, "\(event)")
    }
    server.generation(2, .released)
    #expect(server.actions.isEmpty && server.reports.isEmpty)
    server.generation(7, .ready)
    #expect(server.actions.isEmpty && server.reports.isEmpty)
  }

  @Test("events of another step, or of another generation, change nothing")
  func strayEventsDuringSwap() {
    var server = ScriptedReloader.pausing
    for (number, event) in [(2, GenerationEvent.ready), (2, .paused(Connections())), (2, .released)] {
      server.generation(number, event)
      #expect(server.actions.isEmpty && server.reports.isEmpty, "\(event)")
    }
    server.generation(1, .paused(Connections()))
    for (number, event) in [(2, GenerationEvent.ready), (1, .released), (1, .paused(Connections()))] {
      server.generation(number, event)
      #expect(server.actions.isEmpty && server.reports.isEmpty, "\(event)")
    }
  }

  @Test("a generation that accepts listens, whether it said so or not: the next swap hands over")
  func listensSilently() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .ready)
    server.generation(1, .paused(Connections()))
    server.generation(2, .released)
    server.saveAndBuild(.c)
    #expect(server.actions == [.start(3, .c, held: true)])
  }
}
