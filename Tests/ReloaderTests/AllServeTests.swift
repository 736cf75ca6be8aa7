import Reloader
import Testing

/// The service manager is told when all services serve.
struct AllServeTests {
  @Test("it is told once, when the last service listens or says that it is ready")
  func last() {
    var session = ScriptedSession(.one, .two)
    session.build([.one: .succeeded(.a), .two: .succeeded(.a)])
    session.generation(.one, 1, .listening("127.0.0.1:801"))
    #expect(!session.actions.contains(.allServe))
    session.generation(.two, 1, .notified)
    #expect(session.actions == [.allServe])
    session.generation(.two, 1, .listening("127.0.0.1:802"))
    #expect(!session.actions.contains(.allServe))
  }

  @Test("a service that has not served and is removed is not waited for")
  func removed() {
    var session = ScriptedSession(.one, .two)
    session.build([.one: .succeeded(.a), .two: .succeeded(.a)])
    session.generation(.one, 1, .listening("127.0.0.1:801"))
    session.use(.one)
    #expect(session.actions.contains(.allServe))
  }

  @Test("a service that is added before all have served is waited for")
  func added() {
    var session = ScriptedSession(.one)
    session.build([.one: .succeeded(.a)])
    session.use(.one, .two)
    session.generation(.one, 1, .listening("127.0.0.1:801"))
    #expect(!session.actions.contains(.allServe))
    session.send(.notOpened(.two))
    #expect(session.actions.contains(.allServe))
  }

  @Test("it is not told after an interrupt")
  func interrupted() {
    var session = ScriptedSession(.one)
    session.build([.one: .succeeded(.a)])
    session.send(.interrupted)
    session.generation(.one, 1, .notified)
    #expect(session.actions.isEmpty)
  }
}
