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

  @Test("new code that is not ready in time is ended, and the old generation serves on")
  func notReady() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.pass(.seconds(30))
    #expect(server.actions == [.terminate(2)])
    #expect(server.reports == [.notReady(2, after: .seconds(30), serving: 1)])
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
    #expect(server.timers.isEmpty)
  }

  @Test("an old generation that refuses to pause is resumed, and the new one is ended")
  func refusedPause() {
    var server = ScriptedReloader.pausing
    server.generation(1, .refusedPause)
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
    "new code that does not accept in time is killed, and the old generation resumed when it is gone, not before"
  )
  func lostRelease() {
    var server = ScriptedReloader.releasing
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(2)])
    #expect(server.reports == [.handoverFailed(from: 1, to: 2)])
    #expect(server.timers.isEmpty)
    server.generation(2, .released)
    #expect(server.actions.isEmpty)
    server.saveAndBuild(.c)
    #expect(server.actions.isEmpty)
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.b), .release(1), .start(3, .c, held: true)])
  }

  @Test(
    "the last good program is started when the old generation dies while the new one does not accept in time")
  func lostReleaseWithoutOld() {
    var server = ScriptedReloader.releasing
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(2)])
    #expect(server.reports == [.notReady(2, after: .seconds(5), serving: nil)])
    #expect(server.timers.isEmpty)
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.restarting(2, nil, after: .seconds(1))])
  }

  @Test(
    "an old generation that dies while the new one is killed is started again when that is gone, not before")
  func oldDiesDuringWithdrawal() {
    var server = ScriptedReloader.releasing
    server.pass(.seconds(5))
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions.isEmpty && server.timers.isEmpty)
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.reports == [.restarting(2, nil, after: .seconds(1))])
  }

  @Test("a refusal to pause that comes after the pause, or from another generation, changes nothing")
  func strayRefusal() {
    var server = ScriptedReloader.pausing
    server.generation(2, .refusedPause)
    #expect(server.actions.isEmpty && server.reports.isEmpty)
    server.generation(1, .paused(Connections()))
    server.generation(1, .refusedPause)
    #expect(server.actions.isEmpty && server.reports.isEmpty)
  }

  @Test("after a swap that failed, the next one works")
  func nextSwap() {
    var server = ScriptedReloader.pausing
    server.generation(1, .refusedPause)
    server.saveAndBuild(.c)
    #expect(server.actions == [.start(3, .c, held: true)])
    server.swap(from: 1, to: 3)
    #expect(server.actions.isEmpty)
  }

  @Test("an old generation that dies while the new one gets ready is not waited for")
  func oldDiesFirst() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.died(1, .exited(1))])
    server.generation(2, .listening("127.0.0.1:8080"), .ready)
    #expect(server.actions == [.release(2)])
    server.generation(2, .released)
    #expect(server.actions.isEmpty)
    server.pass(.seconds(1))
    #expect(server.actions == [.discard(.a)])
  }

  @Test("an old generation that dies while it pauses is not waited for")
  func oldDiesDuringPause() {
    var server = ScriptedReloader.pausing
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions == [.release(2)])
    #expect(server.timers == [.release(2): .seconds(5)])
  }

  @Test("an old generation that dies while the new one is released is not missed")
  func oldDiesDuringRelease() {
    var server = ScriptedReloader.releasing
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions.isEmpty && server.reports.isEmpty)
    server.pass(.seconds(1))
    server.generation(2, .released)
    let swapped = Swapped(
      generation: 2, total: .seconds(1), ready: .zero, pause: .zero, connections: Connections())
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.swapped(swapped)])
  }
}
