import Reloader
import Testing

/// Programs that do their work and exit with 0.
struct ScriptTests {
  @Test("a script that exits with 0 is finished until the next save")
  func finished() {
    var script = ScriptedReloader()
    script.build(.succeeded(.a))
    script.generation(1, .ended(.exited(0)))
    #expect(script.actions.isEmpty)
    #expect(script.reports == [.finished(1)])
    #expect(script.timers.isEmpty)
    script.saveAndBuild(.a)
    #expect(script.actions == [.start(2, .a, held: false)])
    script.generation(2, .ended(.exited(0)))
    #expect(script.actions.isEmpty)
    script.saveAndBuild(.b)
    #expect(script.actions == [.start(3, .b, held: false)])
    script.generation(3, .ended(.exited(0)))
    #expect(script.actions == [.discard(.a)])
  }

  @Test("a script that ran for long and exits with 0 is finished too")
  func finishedLater() {
    var script = ScriptedReloader.working
    script.generation(1, .ended(.exited(0)))
    #expect(script.actions.isEmpty)
    #expect(script.reports == [.finished(1)])
    #expect(script.timers.isEmpty)
  }

  @Test("a script that fails after one that was finished waits for the next save")
  func failsAfterFinished() {
    var script = ScriptedReloader()
    script.build(.succeeded(.a))
    script.generation(1, .ended(.exited(0)))
    script.saveAndBuild(.b)
    script.generation(2, .ended(.exited(1)))
    #expect(script.actions == [.discard(.b)])
    #expect(script.reports == [.died(2, .exited(1))])
    #expect(script.timers.isEmpty)
  }

  @Test("a worker that is restarted and exits with 0 is finished, and no restart is left over")
  func finishedAfterRestart() {
    var worker = ScriptedReloader.working
    worker.generation(1, .ended(.exited(1)))
    worker.pass(.seconds(1))
    worker.generation(2, .ended(.exited(0)))
    #expect(worker.reports == [.finished(2)])
    worker.saveAndBuild(.b)
    worker.generation(3, .ended(.exited(3)))
    #expect(worker.reports == [.died(3, .exited(3))])
    #expect(worker.timers.isEmpty)
  }
}
