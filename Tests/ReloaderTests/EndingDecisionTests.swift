import Reloader
import Testing

/// Ctrl-C, once and twice.
struct EndingDecisionTests {
  @Test("with nothing running, it leaves at once")
  func nothingRuns() {
    var server = ScriptedReloader()
    server.build(.failed)
    server.send(.interrupted)
    #expect(server.actions == [.leave])
    #expect(server.reports.isEmpty)
  }

  @Test("it leaves once, whatever happens after")
  func leavesOnce() {
    var server = ScriptedReloader.serving
    server.send(.interrupted)
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.leave])
    let service = ScriptedReloader.service
    for event in [
      Event.interrupted, .saved(Saves(isBuilt: true)), .due(.service(service, .restart)),
      .built([service: .failed]), .interrupted,
    ] {
      server.send(event)
      #expect(server.actions.isEmpty && server.reports.isEmpty, "\(event)")
    }
  }

  @Test("a build that runs is cancelled, and waited for")
  func build() {
    var server = ScriptedReloader()
    server.send(.interrupted)
    #expect(server.actions == [.cancelBuild])
    server.build(.cancelled)
    #expect(server.actions == [.leave])
  }

  @Test("a build that is being cancelled already is waited for, and none follows")
  func cancelledBuild() {
    var server = ScriptedReloader()
    server.save()
    server.send(.interrupted)
    #expect(server.actions.isEmpty)
    server.build(.cancelled)
    #expect(server.actions == [.leave])
  }

  @Test("what a build has made all the same is discarded")
  func lateSuccess() {
    var server = ScriptedReloader()
    server.send(.interrupted)
    server.build(.succeeded(.a))
    #expect(server.actions == [.discard(.a), .leave])
  }

  @Test("all generations are asked to end, and waited for")
  func generations() {
    var server = ScriptedReloader.onProbation
    server.saveAndBuild(.c)
    server.send(.interrupted)
    #expect(server.actions == [.terminate(1), .terminate(2), .terminate(3)])
    #expect(server.reports == [.leaving(waitingFor: 3)])
    server.generation(2, .ended(.exited(0)))
    #expect(server.actions == [.discard(.b)])
    server.generation(3, .ended(.exited(0)))
    #expect(server.actions == [.discard(.c)])
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.leave])
    #expect(server.timers.isEmpty)
  }

  @Test("a generation that does not end in time is killed")
  func grace() {
    var server = ScriptedReloader.serving
    server.send(.interrupted)
    #expect(server.timers == [.termination(1): .seconds(5)])
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(1)])
    #expect(server.reports == [.killed(1, after: .seconds(5))])
    server.generation(1, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.leave])
  }

  @Test("the second Ctrl-C kills everything, and it still leaves when all is ended")
  func twice() {
    var server = ScriptedReloader.onProbation
    server.save()
    server.send(.interrupted)
    server.send(.interrupted)
    #expect(server.actions == [.killBuild, .kill(1), .kill(2)])
    server.generation(1, .ended(.signalled("SIGKILL")))
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.b)])
    server.send(.interrupted)
    #expect(server.actions == [.killBuild])
    server.build(.cancelled)
    #expect(server.actions == [.leave])
  }

  @Test("the second Ctrl-C kills no build where none runs")
  func twiceWithoutBuild() {
    var server = ScriptedReloader.serving
    server.send(.interrupted)
    server.send(.interrupted)
    #expect(server.actions == [.kill(1)])
  }

  @Test("a server that would be started again is not")
  func noRestart() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.send(.interrupted)
    #expect(server.actions == [.leave])
    #expect(server.timers.isEmpty)
  }

  @Test("a save on the way out builds nothing")
  func save() {
    var server = ScriptedReloader.serving
    server.send(.interrupted)
    server.save()
    #expect(server.actions.isEmpty && server.reports.isEmpty)
  }
}
