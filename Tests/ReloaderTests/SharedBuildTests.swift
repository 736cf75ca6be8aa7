import Reloader
import Testing

/// One build for all services.
struct SharedBuildTests {
  @Test("the first build is for all services, and a save is built for all")
  func together() {
    var session = ScriptedSession(.one, .two)
    #expect(session.actions == [.cycleBegan, .startBuild([.one, .two], isClean: false)])
    session = .serving
    session.save()
    #expect(session.actions == [.cycleBegan, .startBuild([.one, .two], isClean: false)])
  }

  @Test("each service gets its own program, and one whose program is the same goes on")
  func programs() {
    var session = ScriptedSession.serving
    session.save()
    session.build([.one: .succeeded(.a), .two: .succeeded(.b)])
    #expect(session.actions == [.service(.two, .start(2, .b, held: true))])
  }

  @Test("a build that fails changes no service, and is shown until one succeeds")
  func failure() {
    var session = ScriptedSession.serving
    session.save()
    session.build([.one: .failed, .two: .failed])
    #expect(session.actions == [.cycleEnded, .touchCounts(true)])
    #expect(session.failures == [nil: .buildFailed(.zero, serving: [.one: 1, .two: 1])])
    session.save()
    session.build([.one: .succeeded(.a), .two: .succeeded(.a)])
    #expect(session.failures.isEmpty)
  }

  @Test("a save during a build for one service cancels it, and builds for all")
  func superseded() {
    var session = ScriptedSession.serving
    session.save()
    session.build([.one: .succeeded(.b), .two: .succeeded(.b)])
    session.generation(.one, 2, .ended(.exited(1)))
    session.send(.saved(Saves(restarts: [.one])))
    #expect(session.actions == [.cycleBegan, .startBuild([.one], isClean: false), .touchCounts(false)])
    session.save()
    #expect(session.actions == [.cycleBegan, .cancelBuild])
    session.build([.one: .cancelled])
    #expect(session.actions == [.startBuild([.one, .two], isClean: false)])
  }

  @Test("a restart that is wanted while all are built needs no other build")
  func restartDuringBuild() {
    var session = ScriptedSession.serving
    session.save()
    session.send(.saved(Saves(restarts: [.two])))
    #expect(session.actions == [.cycleBegan])
    session.build([.one: .succeeded(.a), .two: .succeeded(.a)])
    #expect(session.actions == [.service(.two, .start(2, .a, held: true))])
  }

  @Test("a program that may be wrong, and crashes, is built from scratch for its service alone")
  func clean() {
    var session = ScriptedSession.serving
    session.save()
    session.build([.one: .doubtful(.b), .two: .succeeded(.a)])
    session.generation(.one, 2, .ended(.signalled("SIGSEGV")))
    #expect(
      session.actions == [.service(.one, .discard(.b)), .startBuild([.one], isClean: true)])
  }

  @Test("no build is started after an interrupt, and the running one is cancelled, then killed")
  func interrupted() {
    var session = ScriptedSession(.one, .two)
    session.send(.interrupted)
    #expect(session.actions == [.cancelBuild])
    session.send(.interrupted)
    #expect(session.actions == [.killBuild])
    session.build([.one: .cancelled, .two: .cancelled])
    #expect(
      session.actions == [
        .service(.one, .close), .service(.two, .close), .leave, .cycleEnded,
      ])
    session.save()
    #expect(session.actions.isEmpty)
  }
}
