import Reloader
import Testing

/// New code that dies within its probation.
struct RollbackTests {
  @Test("new code that dies within its probation has the old generation serve again")
  func rollback() {
    var server = ScriptedReloader.onProbation
    server.pass(.milliseconds(999))
    server.generation(2, .ended(.signalled("SIGSEGV")))
    #expect(server.actions == [.release(1), .discard(.b)])
    #expect(server.reports == [.rolledBack(from: 2, .signalled("SIGSEGV"), to: 1)])
    #expect(server.timers[.probation(2)] == nil && server.timers[.drain(1)] == nil)
  }

  @Test("an old generation that does not accept again is killed, and its program started again")
  func notResumed() {
    var server = ScriptedReloader.onProbation
    server.generation(2, .ended(.exited(1)))
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(1)])
    #expect(server.reports == [.notResumed(1, after: .seconds(5))])
    server.generation(1, .ended(.signalled("SIGKILL")))
    #expect(server.reports == [.restarting(1, .signalled("SIGKILL"), Restart(after: .seconds(1)))])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
  }

  @Test("an old generation that accepts again is left alone")
  func resumed() {
    var server = ScriptedReloader.onProbation
    server.generation(2, .ended(.exited(1)))
    server.generation(1, .released)
    #expect(server.timers == [.health(1): .seconds(10)])
    server.reach(.release(1))
    #expect(server.actions.isEmpty && server.reports.isEmpty)
  }

  @Test("a generation that came back is replaced as any other")
  func swapAfterRollback() {
    var server = ScriptedReloader.onProbation
    server.generation(1, .drained)
    server.generation(2, .ended(.exited(1)))
    server.saveAndBuild(.c)
    server.swap(from: 1, to: 3)
    #expect(server.actions.isEmpty)
    server.pass(.seconds(1))
    #expect(server.actions.isEmpty)  // it settled before it came back, and has not since
    #expect(server.timers[.drain(1)] == .seconds(10))
  }

  @Test("what a generation says of its connections before it came back does not count after")
  func lateSettled() {
    var server = ScriptedReloader.onProbation
    server.generation(2, .ended(.exited(1)))
    server.generation(1, .drained)
    server.saveAndBuild(.c)
    server.swap(from: 1, to: 3)
    server.pass(.seconds(1))
    #expect(server.actions.isEmpty)
    #expect(server.timers[.drain(1)] == .seconds(10))
  }

  @Test("what a generation says of its connections before it serves does not count after")
  func earlySettled() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .drained)
    server.swap(from: 1, to: 2)
    server.saveAndBuild(.c)
    server.swap(from: 2, to: 3)
    server.pass(.seconds(1))
    #expect(server.timers[.drain(2)] == .seconds(10))
  }

  @Test("a generation that came back unproven is on probation again")
  func unprovenFallback() {
    var server = ScriptedReloader.unproven
    server.saveAndBuild(.b)
    server.swap(from: 1, to: 2)
    #expect(server.timers[.probation(1)] == nil)
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.release(1), .discard(.b)])
    #expect(server.timers[.probation(1)] == .seconds(1))
  }

  @Test("new code that dies after its probation, with the old generation gone, is started again")
  func afterProbation() {
    var server = ScriptedReloader.onProbation
    server.generation(1, .drained)
    server.pass(.seconds(1))
    server.generation(1, .ended(.exited(0)))
    server.generation(2, .ended(.exited(1)))
    #expect(server.reports == [.restarting(2, .exited(1), Restart(after: .seconds(1)))])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .b, held: false)])
  }

  @Test("when the fallback dies before the new code does, the last good program is started again")
  func fallbackDies() {
    var server = ScriptedReloader.onProbation
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions.isEmpty)
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.restarting(2, .exited(1), Restart(after: .seconds(1), isSameProgram: false))])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
  }

  @Test("when both die and none was good, the next save starts it")
  func noneGood() {
    var server = ScriptedReloader.unproven
    server.saveAndBuild(.b)
    server.swap(from: 1, to: 2)
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions == [.discard(.a)])
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.died(2, .exited(1))])
    #expect(server.timers.isEmpty)
  }

  @Test("a fallback stays one when its successor dies during the next swap")
  func successorDiesDuringSwap() {
    var server = swappingOnProbation
    server.generation(3, .released)
    #expect(server.actions.isEmpty)
    server.generation(3, .ended(.exited(3)))
    #expect(server.actions == [.release(1), .discard(.c)])
    #expect(server.reports == [.rolledBack(from: 3, .exited(3), to: 1)])
  }

  @Test("a fallback serves again when both its successors die during a swap")
  func bothSuccessorsDie() {
    var server = swappingOnProbation
    server.generation(3, .ended(.exited(3)))
    #expect(server.actions == [.discard(.c), .release(1)])
    #expect(server.reports == [.diedBeforeReady(3, .exited(3), serving: 1)])
    #expect(server.timers == [.health(1): .seconds(10), .release(1): .seconds(5)])
  }

  @Test("a fallback serves again when one successor dies and the next does not accept in time")
  func nextDoesNotAccept() {
    var server = swappingOnProbation
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(3)])
    #expect(server.reports == [.notReady(3, .unreleased, after: .seconds(5), serving: 1)])
    server.generation(3, .ended(.signalled("SIGKILL")))
    #expect(server.actions == [.discard(.c), .release(1)])
    #expect(server.timers == [.health(1): .seconds(10), .release(1): .seconds(5)])
  }

  /// Generation 1 is the fallback of 2, which has died while it paused; 3 is being released.
  private var swappingOnProbation: ScriptedReloader {
    var server = ScriptedReloader.onProbation
    server.saveAndBuild(.c)
    server.generation(3, .listening("127.0.0.1:8080"), .ready)
    server.generation(2, .ended(.exited(2)))
    return server
  }

  @Test("while a generation is held, one that dies within its probation is rolled back")
  func candidateMeanwhile() {
    var server = ScriptedReloader.onProbation
    server.saveAndBuild(.c)
    server.generation(2, .ended(.exited(1)))
    #expect(server.actions == [.release(1), .discard(.b)])
    server.generation(3, .listening("127.0.0.1:8080"), .ready)
    #expect(server.actions == [.pause(1)])
  }
}
