import Reloader
import Testing

/// A save that changes no byte is built only as a second attempt.
struct TouchTests {
  @Test("nothing is tried again while all is well, or a build runs")
  func well() {
    var server = ScriptedReloader.serving
    #expect(!server.isTouchWanted)
    server.save()
    #expect(!server.isTouchWanted)
    server.build(.succeeded(.b))
    #expect(!server.isTouchWanted)
    server.swap(from: 1, to: 2)
    #expect(!server.isTouchWanted)
  }

  @Test("a build that failed is tried again, until one succeeds")
  func failed() {
    var server = ScriptedReloader.serving
    server.save()
    server.build(.failed)
    #expect(server.isTouchWanted)
    server.save()
    #expect(!server.isTouchWanted)
    server.build(.succeeded(.a))
    #expect(!server.isTouchWanted)
  }

  @Test("new code that died is tried again, also while the old code serves")
  func died() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .ended(.exited(1)))
    #expect(server.isTouchWanted)
    server = ScriptedReloader.onProbation
    server.generation(2, .ended(.exited(1)))
    #expect(server.isTouchWanted)
  }

  @Test("a program that is not there any more is tried again")
  func gone() {
    var server = ScriptedReloader.working
    server.generation(1, .ended(.exited(0)))
    #expect(server.isTouchWanted)
    server.send(.interrupted)
    #expect(!server.isTouchWanted)
  }

  @Test("one service whose newest program does not run is enough")
  func oneOfTwo() {
    var session = ScriptedSession.serving
    session.save()
    session.build([.one: .succeeded(.b), .two: .succeeded(.a)])
    session.generation(.one, 2, .ended(.exited(1)))
    #expect(session.actions.contains(.touchCounts(true)))
    session.save()
    #expect(session.actions.contains(.touchCounts(false)))
  }

  @Test("a removed service is not waited for")
  func removed() {
    var session = ScriptedSession.serving
    session.save()
    session.build([.one: .succeeded(.b), .two: .succeeded(.a)])
    session.generation(.one, 2, .ended(.exited(1)))
    session.send(.saved(Saves(services: [.two: Timing()])))
    #expect(session.actions.contains(.touchCounts(false)))
  }
}
