import Reloader
import Testing

/// The old generation dies while another is to take over.
struct DyingOldGenerationTests {
  @Test("an old generation that dies while the new one gets ready is not waited for")
  func oldDiesFirst() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.diedBeforeSuccessor(1, .exited(1), successor: 2)])
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
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.diedBeforeSuccessor(1, .exited(1), successor: 2)])
    server.pass(.seconds(1))
    server.generation(2, .released)
    let swapped = Swapped(
      generation: 2, total: .seconds(1), ready: .zero, pause: .zero, connections: Connections())
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.live(swapped)])
  }

  @Test(
    "the last good program is started when the old generation is gone and the new one dies before it is ready"
  )
  func oldGone() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(1, .ended(.exited(1)))
    server.generation(2, .ended(.exited(2)))
    #expect(server.actions == [.discard(.b)])
    #expect(
      server.reports == [
        .diedBeforeReady(2, .exited(2), serving: nil),
        .restarting(2, .exited(2), Restart(after: .seconds(1), isSameProgram: false)),
      ])
  }

  @Test("with no good program, the old generation gone and the new one dead, the next save starts it")
  func oldGoneAndNoneGood() {
    var server = ScriptedReloader.unproven
    server.saveAndBuild(.b)
    server.generation(1, .ended(.exited(1)))
    server.generation(2, .ended(.exited(2)))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.diedBeforeReady(2, .exited(2), serving: nil)])
    #expect(server.timers.isEmpty)
  }

  @Test("the last good program is started when the old generation is gone and the new one is never ready")
  func oldGoneAndNeverReady() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(5))
    server.pass(.seconds(25))
    #expect(server.actions == [.terminate(2)])
    #expect(
      server.reports == [
        .notReady(2, .silent, after: .seconds(30), serving: nil),
        .restarting(2, nil, Restart(after: .seconds(1), isSameProgram: false)),
      ])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
  }

  @Test(
    "what was built during a swap of which both sides die is started, and the last good program if it dies too"
  )
  func bothSidesDie() {
    var server = ScriptedReloader.releasing
    server.saveAndBuild(.c)
    server.generation(1, .ended(.exited(1)))
    server.generation(2, .ended(.exited(2)))
    #expect(server.actions == [.discard(.b), .start(3, .c, held: false)])
    #expect(server.reports == [.diedBeforeReady(2, .exited(2), serving: nil), .started(3)])
    server.generation(3, .ended(.exited(3)))
    #expect(server.actions == [.discard(.c)])
    #expect(server.reports == [.restarting(3, .exited(3), Restart(after: .seconds(1), isSameProgram: false))])
  }

  @Test("a newer build, when the old generation is gone, is started in place of one that is not ready")
  func supersedeWithoutOld() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(1, .ended(.exited(1)))
    server.saveAndBuild(.c)
    #expect(server.actions == [.terminate(2), .start(3, .c, held: false)])
    server.generation(3, .ended(.exited(3)))
    #expect(server.reports == [.restarting(3, .exited(3), Restart(after: .seconds(1), isSameProgram: false))])
  }
}
