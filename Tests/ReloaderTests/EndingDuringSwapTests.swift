import Reloader
import Testing

/// Ctrl-C while generations come and go.
struct EndingDuringSwapTests {
  @Test("timers that were set before say nothing on the way out", arguments: [Duration.zero, .seconds(1)])
  func timers(sinceSwap: Duration) {
    var server = ScriptedReloader.onProbation
    server.pass(sinceSwap)
    server.saveAndBuild(.c)
    server.send(.interrupted)
    server.pass(.seconds(4))
    #expect(server.actions.isEmpty && server.reports.isEmpty)
    server.pass(.seconds(60))
    #expect(server.actions == [.kill(1), .kill(2), .kill(3)])
    #expect(server.reports == [1, 2, 3].map { .killed($0, after: .seconds(5)) })
  }

  @Test("a swap that is under way is not completed", arguments: [ScriptedReloader.pausing, .releasing])
  func swap(_ swapping: ScriptedReloader) {
    var server = swapping
    server.saveAndBuild(.c)
    server.send(.interrupted)
    #expect(server.actions == [.terminate(1), .terminate(2)])
    server.generation(1, .paused(Connections()))
    #expect(server.actions.isEmpty)
    server.generation(2, .released)
    #expect(server.actions.isEmpty)
    server.generation(2, .ended(.exited(0)))
    #expect(server.actions == [.discard(.b)])
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.leave])
    #expect(server.timers.isEmpty)
  }

  @Test("new code that is killed because it did not accept is waited for")
  func withdrawal() {
    var server = ScriptedReloader.releasing
    server.pass(.seconds(5))
    server.send(.interrupted)
    #expect(server.actions == [.terminate(1)])
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.b)])
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.leave])
  }

  @Test("a worker's successor is not started any more")
  func noSuccessor() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    worker.send(.interrupted)
    worker.generation(1, .ended(.signalled("SIGTERM")))
    #expect(worker.actions == [.leave])
  }

  @Test("a generation that was asked to end before is not asked again")
  func leavingAlready() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.saveAndBuild(.c)
    server.send(.interrupted)
    #expect(server.actions == [.terminate(1), .terminate(3)])
  }
}
