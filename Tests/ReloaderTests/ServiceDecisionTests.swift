import Reloader
import Testing

/// Services that come and go with the settings.
struct ServiceDecisionTests {
  @Test("a new service is opened, and then built together with the others")
  func added() {
    var session = ScriptedSession.serving
    session.use(.one, .two, .three)
    #expect(session.actions == [.cycleBegan, .service(.three, .open)])
    session.send(.opened(.three))
    #expect(
      session.actions == [.startBuild([.one, .two, .three], isClean: false)])
  }

  @Test("a service that cannot be opened is left out, and the others are built")
  func refused() {
    var session = ScriptedSession.serving
    session.use(.one, .two, .three)
    session.send(.notOpened(.three))
    #expect(session.actions == [.startBuild([.one, .two], isClean: false)])
  }

  @Test("a removed service is ended and closed, and is built no more")
  func removed() {
    var session = ScriptedSession.serving
    session.use(.one)
    #expect(
      session.actions == [
        .cycleBegan, .service(.two, .terminate(1)), .startBuild([.one], isClean: false),
      ])
    session.generation(.two, 1, .ended(.signalled("SIGTERM")))
    #expect(session.actions == [.service(.two, .close)])
    session.generation(.two, 1, .released)
    #expect(session.actions.isEmpty)
  }

  @Test("a new service waits until a removed one has ended, because they may listen at one address")
  func replaced() {
    var session = ScriptedSession.serving
    session.use(.one, .three)
    #expect(!session.actions.contains(.service(.three, .open)))
    session.build([.one: .succeeded(.a)])
    #expect(session.actions.isEmpty)
    session.generation(.two, 1, .ended(.signalled("SIGTERM")))
    #expect(session.actions == [.service(.two, .close), .service(.three, .open)])
    session.send(.opened(.three))
    #expect(session.actions == [.startBuild([.three], isClean: false)])
  }

  @Test("a service that is removed during its build is closed after it, and its program is discarded")
  func removedDuringBuild() {
    var session = ScriptedSession(.one, .two)
    session.use(.one)
    #expect(session.actions == [.cycleBegan, .cancelBuild])
    session.build([.one: .succeeded(.a), .two: .succeeded(.a)])
    #expect(
      session.actions == [
        .service(.one, .discard(.a)), .service(.two, .discard(.a)), .startBuild([.one], isClean: false),
        .service(.two, .close),
      ])
  }

  @Test("a service that is removed while it is opened is closed at once")
  func removedDuringOpening() {
    var session = ScriptedSession.serving
    session.use(.one, .two, .three)
    session.use(.one, .two)
    session.send(.opened(.three))
    #expect(session.actions == [.startBuild([.one, .two], isClean: false), .service(.three, .close)])
  }

  @Test("limits that change while a service is opened apply to it")
  func limitsDuringOpening() {
    var session = ScriptedSession.serving
    session.use(.one, .two, .three)
    var timing = Timing()
    timing.handover = .seconds(9)
    session.send(.saved(Saves(services: [.one: timing, .two: timing, .three: timing])))
    session.send(.opened(.three))
    session.build([.one: .succeeded(.a), .two: .succeeded(.a), .three: .succeeded(.a)])
    session.generation(.three, 1, .listening("127.0.0.1:8083"))
    session.save()
    session.build([.one: .succeeded(.a), .two: .succeeded(.a), .three: .succeeded(.b)])
    session.generation(.three, 2, .listening("127.0.0.1:8083"), .ready)
    #expect(
      session.actions == [.service(.three, .pause(1, within: .seconds(9), movesConnections: true))])
  }

  @Test("an interrupt ends services, forgets those that wait, and waits for those that are opened")
  func interrupted() {
    var session = ScriptedSession(.one)
    session.build([.one: .failed])
    session.use(.one, .two)
    session.send(.interrupted)
    #expect(session.actions == [.service(.one, .close), .touchCounts(false)])
    session.send(.opened(.two))
    #expect(session.actions.prefix(2) == [.service(.two, .close), .leave])
  }

  @Test("a changed restart delay applies to the next restart")
  func backoff() {
    var server = ScriptedReloader.serving
    var timing = Timing()
    timing.backoff = .seconds(3)
    server.use(timing)
    server.generation(1, .ended(.exited(1)))
    #expect(server.timers == [.restart: .seconds(3)])
  }
}
