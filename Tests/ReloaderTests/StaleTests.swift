import Reloader
import Testing

/// Saves of files that the server reads and the build does not.
struct StaleTests {
  @Test("a save of one swaps in the same program, without a build")
  func restart() {
    var server = ScriptedReloader.serving
    server.saveServerFile()
    #expect(server.actions == [.start(2, .a, held: true)])
    #expect(server.reports.isEmpty)
    server.swap(from: 1, to: 2)
    server.generation(1, .drained)
    server.pass(.seconds(1))
    #expect(server.actions == [.terminate(1)])
  }

  @Test("a save of one during a build has its program started even if it is the same")
  func duringBuild() {
    var server = ScriptedReloader.serving
    server.save()
    server.saveServerFile()
    #expect(server.actions.isEmpty)
    server.build(.succeeded(.a))
    #expect(server.actions == [.start(2, .a, held: true)])
  }

  @Test("a save of one during a build that fails has what there is started anew")
  func duringFailingBuild() {
    var server = ScriptedReloader.serving
    server.save()
    server.saveServerFile()
    server.build(.failed)
    #expect(server.actions == [.start(2, .a, held: true)])
  }

  @Test("a save of one during a swap is followed by another swap")
  func duringSwap() {
    var server = ScriptedReloader.releasing
    server.saveServerFile()
    #expect(server.actions.isEmpty)
    server.generation(2, .released)
    #expect(server.actions == [.start(3, .b, held: true)])
  }

  @Test("a save of one builds when the newest code failed: it is tried again")
  func newestFailed() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .ended(.exited(1)))
    server.saveServerFile()
    #expect(server.actions == [.startBuild])
    server.build(.succeeded(.c))
    #expect(server.actions == [.start(3, .c, held: true)])
  }

  @Test("a save of one while nothing runs builds")
  func nothingRuns() {
    var server = ScriptedReloader.unproven
    server.generation(1, .ended(.exited(1)))
    server.saveServerFile()
    #expect(server.actions == [.startBuild])
  }

  @Test("a reload builds, and starts even the same program anew")
  func reload() {
    var server = ScriptedReloader.serving
    server.send(.reloadWanted)
    #expect(server.actions == [.startBuild])
    server.build(.succeeded(.a))
    #expect(server.actions == [.start(2, .a, held: true)])
  }

  @Test("a reload during a build waits for that build")
  func reloadDuringBuild() {
    var server = ScriptedReloader.serving
    server.save()
    server.send(.reloadWanted)
    #expect(server.actions.isEmpty)
    server.build(.succeeded(.b))
    #expect(server.actions == [.start(2, .b, held: true)])
  }

  @Test("a server that is not to be started again is not")
  func noRestarts() {
    var timing = Timing()
    timing.policy = RestartPolicy(.never)
    var server = ScriptedReloader.serving
    server.use(timing)
    server.generation(1, .ended(.exited(1)))
    #expect(server.reports == [.died(1, .exited(1))])
    #expect(server.timers.isEmpty)
  }
}
