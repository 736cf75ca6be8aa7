import Reloader
import Testing

/// A build cycle lasts from a save to the end of everything that it has set off.
struct BuildCycleTests {
  @Test("a cycle begins with a save, and ends when every service is live")
  func swaps() {
    var session = ScriptedSession.serving
    session.save()
    #expect(session.actions.first == .cycleBegan)
    session.build([.one: .succeeded(.b), .two: .succeeded(.b)])
    session.generation(.one, 2, .listening("127.0.0.1:801"), .ready)
    session.generation(.one, 1, .paused(Connections()))
    session.generation(.one, 2, .released)
    #expect(!session.actions.contains(.cycleEnded))
    session.generation(.two, 2, .ended(.exited(1)))
    #expect(session.actions.contains(.cycleEnded))
  }

  @Test("a second save goes on with the cycle")
  func secondSave() {
    var session = ScriptedSession.serving
    session.save()
    session.save()
    #expect(session.actions == [.cycleBegan, .cancelBuild])
    session.build([.one: .cancelled, .two: .cancelled])
    #expect(!session.actions.contains(.cycleEnded))
    session.build([.one: .succeeded(.a), .two: .succeeded(.a)])
    #expect(session.actions == [.cycleEnded])
  }

  @Test("a save that nothing is built for begins no cycle")
  func pages() {
    var session = ScriptedSession.serving
    session.send(.saved(Saves(pages: .styles)))
    #expect(session.actions == [.reloadPages(.styles)])
  }

  @Test("a cycle goes on until a new service is built")
  func newService() {
    var session = ScriptedSession.serving
    session.use(.one, .three)
    session.build([.one: .succeeded(.a)])
    #expect(!session.actions.contains(.cycleEnded))
    session.generation(.two, 1, .ended(.signalled("SIGTERM")))
    session.send(.opened(.three))
    session.build([.three: .succeeded(.a)])
    #expect(session.actions == [.cycleEnded, .service(.three, .start(1, .a, held: false))])
  }

  @Test("a build from scratch after a crash is in a cycle")
  func clean() {
    var session = ScriptedSession(.one)
    session.build([.one: .doubtful(.a)])
    #expect(session.actions.contains(.cycleEnded))
    session.generation(.one, 1, .ended(.signalled("SIGSEGV")))
    #expect(
      session.actions == [
        .service(.one, .discard(.a)), .cycleBegan, .startBuild([.one], isClean: true),
      ])
  }
}
