import Reloader
import Testing

/// The reports of a generation about the conditions that it does not meet yet.
struct ReadinessDecisionTests {
  @Test("more time is given to a new one that asks for it, but never less than it has")
  func needsTime() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.pass(.seconds(20))
    server.generation(2, .needs(.seconds(5)))
    #expect(server.timers == [.readiness(2): .seconds(10)])
    server.generation(2, .needs(.seconds(60)))
    #expect(server.timers == [.readiness(2): .seconds(60)])
    server.generation(2, .needs(.seconds(59)))
    #expect(server.timers == [.readiness(2): .seconds(60)])
    server.generation(2, .needs(.seconds(1_000_000)))
    #expect(server.timers == [.readiness(2): .seconds(3600)])
  }

  @Test("more time is given to one that is ending, and none to one that serves")
  func needsTimeToEnd() {
    var server = ScriptedReloader.serving
    server.generation(1, .needs(.seconds(60)))
    #expect(server.timers == [:])
    server.send(.interrupted)
    #expect(server.timers == [.termination(1): .seconds(5)])
    server.generation(1, .needs(.seconds(60)))
    #expect(server.timers == [.termination(1): .seconds(60)])
  }

  @Test("what it has not done is named when its time is over")
  func unready() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.generation(2, .listening("127.0.0.1:8080"))
    server.generation(2, .unready("it has not said so"))
    server.reach(.readiness(2))
    #expect(
      server.reports == [
        .notReady(2, .pendingCondition("it has not said so"), after: .seconds(30), serving: 1)
      ])
    #expect(server.actions == [.terminate(2)])
  }
}
