import Reloader
import Testing

/// The listeners of a generation, and its time limits. The further conditions are in ``ReadinessConditionTests``.
struct ReadinessRuleTests {
  @Test("a held generation that polls the needed listener is ready, and its timers are cancelled")
  func polled() {
    var generation = ScriptedReadiness()
    #expect(generation.remaining == [.slowStart: .seconds(5), .timeout: .seconds(30)])
    generation.send(.needed(["a"]))
    generation.send(.listeners(["a": false]))
    #expect(generation.actions == [] && generation.phase == .listening)
    generation.send(.listeners(["a": true]))
    #expect(generation.actions == [.ready] && generation.phase == .ready)
    #expect(generation.remaining == [:])
  }

  @Test("a held generation without any listener is not ready, even if none is needed")
  func noListener() {
    var generation = ScriptedReadiness()
    generation.send(.needed([]), .listeners([:]))
    generation.pass(.seconds(2))
    #expect(generation.actions == [] && generation.phase == .listening)
  }

  @Test("all listeners must be polled, those that are not needed too")
  func allPolled() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a"]), .listeners(["a": true, "b": false]))
    generation.pass(.seconds(2))
    #expect(generation.actions == [])
    generation.send(.listeners(["a": true, "b": true]))
    #expect(generation.actions == [.ready])
  }

  @Test(
    "a needed listener that appears late is waited for, while others appear within a second of each other")
  func lateListener() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a", "b"]), .listeners(["a": true]))
    #expect(generation.actions == [] && generation.remaining[.quiet] == .seconds(1))
    generation.pass(.milliseconds(900))
    generation.send(.listeners(["a": true, "c": false]))
    #expect(generation.remaining[.quiet] == nil, "one that it does not poll stops the quiet second")
    generation.send(.listeners(["a": true, "c": true]))
    #expect(generation.remaining[.quiet] == .seconds(1))
    generation.pass(.milliseconds(900))
    generation.send(.listeners(["a": true, "b": true, "c": true]))
    #expect(generation.actions == [.ready])
    #expect(generation.remaining == [:])
  }

  @Test("new code that listens at fewer addresses is ready after a quiet second, and not before")
  func fewerAddresses() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a", "b"]), .listeners(["a": true]))
    generation.pass(.milliseconds(999))
    #expect(generation.actions == [])
    generation.pass(.milliseconds(1))
    #expect(generation.actions == [.ready])
  }

  @Test("what is reported again without a change does not prolong the quiet second")
  func unchanged() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a", "b"]), .listeners(["a": true]))
    generation.pass(.milliseconds(900))
    generation.send(.listeners(["a": true]), .needed(["a", "b"]))
    generation.pass(.milliseconds(100))
    #expect(generation.actions == [.ready])
  }

  @Test("a listener that the generation closes is not waited for")
  func closed() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a"]), .listeners(["a": true, "b": false]))
    generation.send(.listeners(["a": true]))
    #expect(generation.actions == [.ready])
  }

  @Test("a generation that closes its last listener within the quiet second is not ready")
  func closedAll() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a", "b"]), .listeners(["a": true]), .listeners([:]))
    generation.pass(.seconds(2))
    #expect(generation.actions == [] && generation.remaining[.quiet] == nil)
  }

  @Test("a listener that the live generation closes, or ends with, is not needed any more")
  func notNeeded() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a", "b"]), .listeners(["a": true]))
    generation.send(.needed(["a"]))
    #expect(generation.actions == [.ready] && generation.remaining == [:])
  }

  @Test("a listener that the live generation opens late is needed, unless the new one is ready already")
  func neededLate() {
    var generation = ScriptedReadiness()
    generation.send(.needed([]), .listeners(["a": false]), .needed(["b"]), .listeners(["a": true]))
    #expect(generation.actions == [])
    var ready = ScriptedReadiness()
    ready.send(.needed([]), .listeners(["a": true]))
    #expect(ready.actions == [.ready])
    ready.send(.needed(["b"]))
    #expect(ready.actions == [] && ready.phase == .ready && ready.remaining == [:])
  }

  @Test("what changes after a generation is ready changes nothing, and no timer does")
  func afterwards() {
    var generation = ScriptedReadiness.polling(Readiness.Conditions())
    generation.send(
      .listeners([:]), .listeners(["a": true]), .notified, .pageAnswered(.status(200)),
      .commandEnded(.succeeded), .needsTime(.seconds(100)))
    for timer in Readiness.Timer.allCases { generation.send(.due(timer)) }
    #expect(generation.actions == [] && generation.phase == .ready && generation.remaining == [:])
  }

  @Test("a generation that starts alone is ready at once if nobody awaits its listener")
  func alone() {
    var generation = ScriptedReadiness(
      .alone(awaitsListener: false), Readiness.Conditions(notifies: true, path: "/", delay: .seconds(1)))
    #expect(generation.actions == [.ready] && generation.remaining == [:])
    generation.send(.listeners(["a": true]))
    #expect(generation.actions == [])
  }

  @Test("a generation that starts alone in place of one that listened is ready as soon as it listens")
  func aloneAwaited() {
    var generation = ScriptedReadiness(
      .alone(awaitsListener: true), Readiness.Conditions(notifies: true, path: "/", delay: .seconds(1)))
    #expect(generation.actions == [])
    #expect(generation.remaining == [.slowStart: .seconds(5), .timeout: .seconds(30)])
    generation.send(.needed(["b"]), .listeners(["a": false]))
    #expect(generation.actions == [.ready] && generation.remaining == [:])
  }

  @Test("a generation that starts alone and does not listen is given up when its time is over")
  func aloneTooLate() {
    var generation = ScriptedReadiness(.alone(awaitsListener: true))
    generation.pass(.seconds(5))
    #expect(generation.actions == [.reportSlowStart])
    generation.pass(.seconds(25))
    #expect(generation.actions == [.timeOut])
    generation.send(.listeners(["a": true]))
    #expect(generation.actions == [])
  }

  @Test("a generation that was given up is never ready, whatever it does")
  func givenUp() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a", "b"]))
    generation.pass(.milliseconds(29_500))
    generation.send(.listeners(["a": true]))
    generation.pass(.seconds(1))
    #expect(generation.actions == [.timeOut] && generation.remaining == [:])
    generation.send(.listeners(["a": true, "b": true]), .needsTime(.seconds(60)))
    generation.pass(.seconds(60))
    #expect(generation.actions == [] && generation.remaining == [:])
  }

  @Test(
    "more time is given to a generation that asks for it, but never less than it has, and at most an hour")
  func moreTime() {
    var generation = ScriptedReadiness()
    generation.pass(.seconds(20))
    generation.send(.needsTime(.seconds(5)))
    #expect(generation.remaining[.timeout] == .seconds(10))
    generation.send(.needsTime(.seconds(60)))
    #expect(generation.remaining[.timeout] == .seconds(60))
    generation.send(.needsTime(.seconds(59)))
    #expect(generation.remaining[.timeout] == .seconds(60))
    generation.send(.needsTime(.seconds(1_000_000)))
    #expect(generation.remaining[.timeout] == .seconds(3600))
    generation.pass(.seconds(3600))
    #expect(generation.actions == [.timeOut])
  }

  @Test("one that is ended cancels its timers, and says nothing more")
  func stopped() {
    var generation = ScriptedReadiness()
    generation.send(.needed(["a", "b"]), .listeners(["a": true]))
    generation.stop()
    #expect(generation.actions == [] && generation.remaining == [:])
    generation.send(.listeners(["a": true, "b": true]), .due(.quiet), .due(.timeout), .due(.slowStart))
    #expect(generation.actions == [] && generation.remaining == [:])
  }
}
