import Reloader
import Testing

/// Programs that never listen: stopped and started.
struct WorkerDecisionTests {
  @Test("a worker is stopped first, then the new one is started")
  func replacement() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    #expect(worker.actions == [.terminate(1)])
    #expect(worker.reports == [.built(.zero)])
    #expect(worker.timers == [.termination(1): .seconds(5)])
    worker.generation(1, .ended(.signalled("SIGTERM")))
    #expect(worker.actions == [.start(2, .b, held: false)])
    #expect(worker.reports == [.started(2)])
    worker.pass(.seconds(1))
    #expect(worker.actions == [.discard(.a)])
  }

  @Test("a worker that is replaced young does not become the last good program")
  func replacedYoung() {
    var worker = ScriptedReloader()
    worker.build(.succeeded(.a))
    worker.saveAndBuild(.b)
    #expect(worker.timers == [.termination(1): .seconds(5), .health(1): .seconds(10)])
    worker.generation(1, .ended(.signalled("SIGTERM")))
    #expect(worker.actions == [.discard(.a), .start(2, .b, held: false)])
  }

  @Test("a worker that does not stop is killed, then the new one is started")
  func stubborn() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    worker.pass(.seconds(5))
    #expect(worker.actions == [.kill(1)])
    #expect(worker.reports == [.killed(1, after: .seconds(5))])
    worker.generation(1, .ended(.signalled("SIGKILL")))
    #expect(worker.actions == [.start(2, .b, held: false)])
  }

  @Test("only the last of several programs that are built while a worker stops is started")
  func severalWhileStopping() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    worker.saveAndBuild(.c)
    #expect(worker.actions == [.discard(.b)])
    worker.saveAndBuild(.c)
    #expect(worker.reports == [.unchanged(.zero, programs: 1)])
    worker.generation(1, .ended(.signalled("SIGTERM")))
    #expect(worker.actions == [.start(2, .c, held: false)])
  }

  @Test("a server that begins to listen while it is stopped is waited for all the same")
  func listensWhileStopping() {
    var server = ScriptedReloader.working
    server.saveAndBuild(.b)
    server.generation(1, .listening("127.0.0.1:8080"))
    server.saveAndBuild(.c)
    #expect(server.actions == [.discard(.b)])
    server.generation(1, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(2, .c, held: false)])
  }

  @Test("who goes back to a worker that is being stopped gets it again")
  func back() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    worker.saveAndBuild(.a)
    #expect(worker.actions == [.discard(.b)])
    worker.generation(1, .ended(.signalled("SIGTERM")))
    #expect(worker.actions == [.start(2, .a, held: false)])
  }

  @Test("a worker that dies is started again, later each time")
  func restart() {
    var worker = ScriptedReloader.working
    worker.generation(1, .ended(.exited(1)))
    #expect(worker.timers == [.restart: .seconds(1)])
    worker.pass(.seconds(1))
    #expect(worker.actions == [.start(2, .a, held: false)])
    worker.generation(2, .ended(.exited(1)))
    #expect(worker.timers == [.restart: .seconds(2)])
  }

  @Test("a new worker that dies young has the last good one started")
  func rollback() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    worker.generation(1, .ended(.signalled("SIGTERM")))
    worker.generation(2, .ended(.exited(1)))
    #expect(worker.actions == [.discard(.b)])
    #expect(
      worker.reports == [
        .restarting(2, .exited(1), Restart(after: .seconds(1), isSameProgram: false, clientsWait: false))
      ])
    worker.pass(.seconds(1))
    #expect(worker.actions == [.start(3, .a, held: false)])
  }

  @Test("after a worker was replaced, nothing is waited for any more")
  func afterReplacement() {
    var worker = ScriptedReloader.working
    worker.saveAndBuild(.b)
    worker.generation(1, .ended(.signalled("SIGTERM")))
    worker.generation(2, .ended(.exited(0)))
    worker.saveAndBuild(.c)
    #expect(worker.actions == [.start(3, .c, held: false)])
  }

  @Test("the end of another generation than the one that is stopped starts nothing")
  func otherEnds() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.saveAndBuild(.a)
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
    server.saveAndBuild(.c)
    #expect(server.actions == [.terminate(3)])
    server.generation(2, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.discard(.b)])
    server.generation(3, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(4, .c, held: false)])
  }
}
