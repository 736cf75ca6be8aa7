import Reloader
import Testing

/// One swap at a time: a newer build takes the place of one that is under way.
struct SupersededSwapTests {
  @Test("a newer build takes the place of a generation that is not ready yet")
  func candidate() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.saveAndBuild(.c)
    #expect(server.actions == [.terminate(2), .start(3, .c, held: true)])
    #expect(server.reports == [.built(.zero), .superseded(2)])
    #expect(server.timers == [.termination(2): .seconds(5), .readiness(3, .timeout): .seconds(30)])
    server.generation(2, .ready)
    #expect(server.actions.isEmpty)
    server.generation(2, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports.isEmpty)
  }

  @Test("who goes back to what serves gives up the new one, and nothing else happens")
  func back() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.saveAndBuild(.a)
    #expect(server.actions == [.terminate(2)])
    #expect(server.timers == [.termination(2): .seconds(5)])
    #expect(server.reports == [.built(.zero), .superseded(2), .unchangedGeneration(1)])
    #expect(server.others.contains(.cycleEnded))
  }

  @Test("a program that is built while the old one pauses waits for the end of the swap")
  func duringPause() {
    var server = ScriptedReloader.pausing
    server.saveAndBuild(.c)
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.built(.zero)])
    server.generation(1, .paused(Connections()))
    #expect(server.actions == [.release(2)])
    server.generation(2, .released)
    #expect(server.actions == [.start(3, .c, held: true)])
  }

  @Test("only the last of several programs that are built during a swap is started")
  func severalDuringSwap() {
    var server = ScriptedReloader.releasing
    server.saveAndBuild(.c)
    server.saveAndBuild(.d)
    #expect(server.actions == [.discard(.c)])
    server.saveAndBuild(.d)
    #expect(server.reports == [.unchanged(.zero, programs: 1)])
    server.generation(2, .released)
    #expect(server.actions == [.start(3, .d, held: true)])
  }

  @Test("who goes back to the old program during a swap gets it again after the swap")
  func backDuringSwap() {
    var server = ScriptedReloader.releasing
    server.saveAndBuild(.a)
    #expect(server.actions.isEmpty)
    server.generation(2, .released)
    #expect(server.actions == [.start(3, .a, held: true)])
  }

  @Test("a swap that fails goes on with what was built meanwhile")
  func afterFailure() {
    var server = ScriptedReloader.pausing
    server.saveAndBuild(.c)
    server.generation(1, .pauseFailed)
    #expect(server.actions == [.terminate(2), .release(1), .start(3, .c, held: true)])
  }

  @Test("a swap within the probation of another ends the oldest generation")
  func swapWithinProbation() {
    var server = ScriptedReloader.onProbation
    server.saveAndBuild(.c)
    server.generation(1, .drained)
    server.swap(from: 2, to: 3)
    #expect(server.actions == [.terminate(1)])
    #expect(
      server.timers == [
        .termination(1): .seconds(5), .health(2): .seconds(10), .probation(3): .seconds(1),
        .health(3): .seconds(10),
      ])
    server.generation(3, .ended(.signalled("SIGSEGV")))
    #expect(server.actions == [.release(2), .discard(.c)])
    server.pass(.seconds(1))
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.discard(.a)])
  }

  @Test("who goes back to the new program during its swap gets it again if the swap fails")
  func backToNewDuringSwap() {
    var server = ScriptedReloader.releasing
    server.saveAndBuild(.c)
    server.saveAndBuild(.b)
    #expect(server.actions == [.discard(.c)])
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.release(1), .start(3, .b, held: true)])
  }
}
