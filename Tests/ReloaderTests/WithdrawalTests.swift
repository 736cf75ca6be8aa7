import Reloader
import Testing

/// New code that was released, but does not say that it accepts: it may.
struct WithdrawalTests {
  @Test(
    "new code that does not accept in time is killed, and the old generation resumed when it is gone, not before"
  )
  func lostRelease() {
    var server = ScriptedReloader.releasing
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(2)])
    #expect(server.reports == [.notReady(2, .unreleased, after: .seconds(5), serving: 1)])
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
    #expect(server.reports == [.notReady(2, .unreleased, after: .seconds(5), serving: nil)])
    #expect(server.timers.isEmpty)
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.restarting(2, nil, Restart(after: .seconds(1), isSameProgram: false))])
  }

  @Test(
    "an old generation that dies while the new one is killed is started again when that is gone, not before")
  func oldDiesDuringWithdrawal() {
    var server = ScriptedReloader.releasing
    server.pass(.seconds(5))
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions.isEmpty && server.timers.isEmpty)
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.reports == [.restarting(2, nil, Restart(after: .seconds(1), isSameProgram: false))])
  }

  @Test("the end of another generation does not resume the old one while the new one is killed")
  func otherEnds() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.saveAndBuild(.c)
    server.generation(3, .listening("127.0.0.1:8080"), .ready)
    server.generation(1, .paused(Connections()))
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(2), .kill(3)])
    server.generation(2, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.b)])
    server.generation(3, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.c), .release(1)])
  }
}
