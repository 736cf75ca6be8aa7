import Reloader
import Testing

/// Files that are compiled before their save is complete.
struct SpeculationTests {
  @Test("files are compiled speculatively while no build runs")
  func idle() {
    var session = ScriptedSession.serving
    session.send(.appeared(["a.swift"]))
    #expect(session.actions == [.speculate(["a.swift"])])
    session.send(.appeared(["b.swift"]))
    #expect(session.actions == [.speculate(["b.swift"])])
  }

  @Test("nothing is compiled speculatively during a build, or while a service is opened for the next one")
  func building() {
    var session = ScriptedSession.serving
    session.save()
    session.send(.appeared(["a.swift"]))
    #expect(session.actions.isEmpty)
    session = .serving
    session.use(.one, .two, .three)
    session.send(.appeared(["a.swift"]))
    #expect(session.actions.isEmpty)
  }

  @Test("an interrupt ends the speculative build, unless a build has used it")
  func interrupted() {
    var session = ScriptedSession.serving
    session.send(.appeared(["a.swift"]))
    var other = session
    session.send(.interrupted)
    #expect(session.actions.first == .cancelSpeculation)
    session.send(.appeared(["a.swift"]))
    #expect(session.actions.isEmpty)
    other.save()
    other.send(.interrupted)
    #expect(other.actions.first == .cancelBuild)
  }
}
