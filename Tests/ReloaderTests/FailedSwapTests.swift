import Reloader
import Testing

/// New code that fails before it serves changes nothing.
struct FailedSwapTests {
  @Test("new code that crashes before it is ready leaves the old generation serving")
  func crash() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .ended(.signalled("SIGILL")))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.diedBeforeReady(2, .signalled("SIGILL"), serving: 1)])
    #expect(server.timers.isEmpty)
  }

  @Test(
    "new code that dies as corrupt code does is built anew, once, if its build compiled only a part of it",
    arguments: ["SIGSEGV", "SIGBUS", "SIGILL"])
  func doubtful(signal: String) {
    var server = ScriptedReloader.serving
    server.save()
    server.build(.doubtful(.b))
    server.generation(2, .ended(.signalled(signal)))
    #expect(server.actions == [.discard(.b), .startCleanBuild])
    #expect(server.reports == [.diedBeforeReady(2, .signalled(signal), serving: 1), .buildingClean])
    server.build(.succeeded(.c))
    server.generation(3, .ended(.signalled(signal)))
    #expect(server.actions == [.discard(.c)])
    #expect(server.reports == [.diedBeforeReady(3, .signalled(signal), serving: 1)])
  }

  @Test("new code that ends otherwise is not built anew, nor is what a newer save is being built for")
  func notDoubted() {
    var server = ScriptedReloader.serving
    server.save()
    server.build(.doubtful(.b))
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.discard(.b)])
    server.save()
    server.build(.doubtful(.c))
    server.save()
    server.generation(3, .ended(.signalled("SIGSEGV")))
    #expect(server.actions == [.discard(.c)])
  }

  @Test("new code that is not ready in time is ended, and the old generation serves on")
  func notReady() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.pass(.seconds(5))
    #expect(server.reports == [.stillStarting(2, .silent, after: .seconds(5))])
    server.pass(.seconds(25))
    #expect(server.actions == [.terminate(2)])
    #expect(server.reports == [.notReady(2, .silent, after: .seconds(30), serving: 1)])
    #expect(server.timers == [.termination(2): .seconds(5)])
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(2)])
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.b)])
  }

  @Test("new code that crashes while the old generation pauses has it resumed")
  func crashDuringPause() {
    var server = ScriptedReloader.pausing
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.discard(.b), .release(1)])
    #expect(server.reports == [.diedBeforeReady(2, .exited(1), serving: 1)])
    #expect(server.timers.isEmpty)
    server.generation(1, .paused(Connections()))
    #expect(server.actions.isEmpty)
  }

  @Test("new code that crashes while it is released has the old generation resumed")
  func crashDuringRelease() {
    var server = ScriptedReloader.releasing
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.discard(.b), .release(1)])
    #expect(server.timers == [.release(1): .seconds(5)])
    server.generation(1, .released)
    #expect(server.timers.isEmpty)
  }

  @Test("an old generation that refuses to pause is resumed, and the new one is ended")
  func pauseFailed() {
    var server = ScriptedReloader.pausing
    server.generation(1, .pauseFailed)
    #expect(server.actions == [.terminate(2), .release(1)])
    #expect(server.reports == [.handoverFailed(from: 1, to: 2)])
    #expect(server.timers == [.termination(2): .seconds(5)])
  }

  @Test("an old generation that does not acknowledge the pause is resumed, and the new one is ended")
  func lostPause() {
    var server = ScriptedReloader.pausing
    server.pass(.seconds(5))
    #expect(server.actions == [.terminate(2), .release(1)])
    #expect(server.reports == [.handoverFailed(from: 1, to: 2)])
    #expect(server.timers == [.termination(2): .seconds(5)])
  }

  @Test(
    "an old generation that does not pause for the second time either is ended, and clients wait for the new one"
  )
  func secondRefusal() {
    var server = ScriptedReloader.pausing
    server.generation(1, .pauseFailed)
    server.saveAndBuild(.c)
    server.generation(2, .ended(.signalled("SIGTERM")))
    server.generation(3, .ready)
    server.pass(.seconds(5))
    #expect(server.actions == [.terminate(1)])
    #expect(server.reports == [.handoverForced(from: 1, to: 3)])
    #expect(server.timers == [.termination(1): .seconds(5)])
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions.contains(.release(3)))
    server.generation(3, .released)
    #expect(
      server.reports.contains {
        if case .live(let swapped) = $0 { swapped.generation == 3 } else { false }
      })
  }

  @Test("a refusal to pause that comes after the pause, or from another generation, changes nothing")
  func strayRefusal() {
    var server = ScriptedReloader.pausing
    server.generation(2, .pauseFailed)
    #expect(server.actions.isEmpty && server.reports.isEmpty)
    server.generation(1, .paused(Connections()))
    server.generation(1, .pauseFailed)
    #expect(server.actions.isEmpty && server.reports.isEmpty)
  }

  @Test("a deadline of another step, or of another generation, changes nothing")
  func strayDeadlines() {
    var server = ScriptedReloader.pausing
    for deadline in [ServiceDeadline.release(2), .pause(2), .drain(1), .restart, .termination(7)] {
      server.reach(deadline)
      #expect(server.actions.isEmpty && server.reports.isEmpty, "\(deadline)")
    }
    server.generation(1, .paused(Connections()))
    for deadline in [ServiceDeadline.pause(1), .release(1), .probation(2), .drain(2), .restart] {
      server.reach(deadline)
      #expect(server.actions.isEmpty && server.reports.isEmpty, "\(deadline)")
    }
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.discard(.b), .release(1)])  // none of them made it the good program
  }

  @Test(
    "a generation that was resumed has not been replaced: nothing of it was drained",
    arguments: [
      ScriptedReloader.releasing, .onProbation,
    ])
  func notDrained(_ swapping: ScriptedReloader) {
    var server = swapping
    server.generation(2, .ended(.exited(1)))
    server.send(.interrupted)
    server.generation(1, .ended(.exited(0)))
    #expect(server.actions == [.leave])
    #expect(server.reports.isEmpty)
  }

  @Test("after a swap that failed, the next one works")
  func nextSwap() {
    var server = ScriptedReloader.pausing
    server.generation(1, .pauseFailed)
    server.saveAndBuild(.c)
    #expect(server.actions == [.start(3, .c, held: true)])
    server.swap(from: 1, to: 3)
    #expect(server.actions.isEmpty)
  }
}
