import Reloader
import Testing

/// The conditions of `swap.ready`, `swap.ready-path`, `swap.ready-command` and `swap.ready-delay`.
struct ReadinessConditionTests {
  private static let all = Readiness.Conditions(
    notifies: true, path: "/health", hasCommand: true, delay: .milliseconds(200))

  @Test("READY=1 is waited for if it comes later")
  func notifiesLater() {
    var generation = ScriptedReadiness.polling(Readiness.Conditions(notifies: true))
    #expect(generation.actions == [] && generation.phase == .awaiting(.notification))
    generation.pass(.seconds(2))
    #expect(generation.actions == [])
    generation.send(.notified)
    #expect(generation.actions == [.ready])
  }

  @Test("READY=1 counts if it came before the generation polls its listeners")
  func notifiesBefore() {
    var generation = ScriptedReadiness(.held, Readiness.Conditions(notifies: true))
    generation.send(.notified)
    #expect(generation.actions == [])
    generation.send(.needed(["a"]), .listeners(["a": true]))
    #expect(generation.actions == [.ready])
  }

  @Test("READY=1 alone is not enough, and is not needed if nobody wants it")
  func notifiesOnly() {
    var generation = ScriptedReadiness(.held, Readiness.Conditions(notifies: true))
    generation.send(.notified, .needed(["a"]), .listeners(["a": false]))
    #expect(generation.actions == [])
    #expect(ScriptedReadiness.polling(Readiness.Conditions()).actions == [.ready])
  }

  @Test(
    "the page is requested when the generation polls its listeners, and 2xx is what counts",
    arguments: [200, 204, 299])
  func page(status: Int) {
    var generation = ScriptedReadiness(.held, Readiness.Conditions(path: "/health"))
    generation.send(.notified, .needed(["a"]), .listeners(["a": false]))
    #expect(generation.actions == [])
    generation.send(.listeners(["a": true]))
    #expect(generation.actions == [.requestPage("/health")])
    generation.send(.pageAnswered(.status(status)))
    #expect(generation.actions == [.ready])
  }

  @Test(
    "the page is requested again every 250 ms until it is answered with 2xx",
    arguments: [
      Readiness.PageAnswer.status(199), .status(300), .status(404), .status(503), .noResponse, .noListener,
    ])
  func pageAgain(answer: Readiness.PageAnswer) {
    var generation = ScriptedReadiness.polling(Readiness.Conditions(path: "/health"))
    #expect(generation.phase == .awaiting(.page("/health", .noResponse)))
    for _ in 1...3 {
      generation.send(.pageAnswered(answer))
      #expect(generation.actions == [] && generation.phase == .awaiting(.page("/health", answer)))
      #expect(generation.remaining[.retry] == .milliseconds(250))
      generation.pass(.milliseconds(249))
      #expect(generation.actions == [])
      generation.pass(.milliseconds(1))
      #expect(generation.actions == [.requestPage("/health")])
      #expect(generation.phase == .awaiting(.page("/health", answer)), "of the last attempt that has ended")
    }
    generation.send(.pageAnswered(.status(200)))
    #expect(generation.actions == [.ready] && generation.remaining == [:])
  }

  @Test("an answer that nobody waits for does not count")
  func strayAnswers() {
    var generation = ScriptedReadiness(.held, Readiness.Conditions(path: "/", hasCommand: true))
    generation.send(.pageAnswered(.status(200)), .commandEnded(.succeeded))
    generation.send(.needed(["a"]), .listeners(["a": true]))
    #expect(generation.actions == [.requestPage("/")])
    generation.send(.commandEnded(.succeeded))
    #expect(generation.actions == [])
    generation.send(.pageAnswered(.status(500)), .pageAnswered(.status(200)))
    #expect(generation.actions == [], "the second answer is to no request")
    generation.pass(.milliseconds(250))
    generation.send(.pageAnswered(.status(200)))
    #expect(generation.actions == [.runCommand])
    generation.send(.commandEnded(.failed), .commandEnded(.succeeded))
    #expect(generation.actions == [])
  }

  @Test("the command is run again every 250 ms until it succeeds, also if it cannot be run")
  func command() {
    var generation = ScriptedReadiness.polling(Readiness.Conditions(hasCommand: true))
    #expect(generation.actions == [.runCommand] && generation.phase == .awaiting(.command(.failed)))
    for result in [Readiness.CommandResult.failed, .notStarted("no such file"), .failed] {
      generation.send(.commandEnded(result))
      #expect(generation.actions == [] && generation.phase == .awaiting(.command(result)))
      generation.pass(.milliseconds(249))
      #expect(generation.actions == [])
      generation.pass(.milliseconds(1))
      #expect(generation.actions == [.runCommand])
    }
    generation.send(.commandEnded(.succeeded))
    #expect(generation.actions == [.ready])
  }

  @Test("with a threshold, the page and the command must succeed so many times in a row, one period apart")
  func threshold() {
    var conditions = Self.all
    (conditions.notifies, conditions.delay) = (false, .zero)
    (conditions.period, conditions.threshold) = (.seconds(1), 2)
    var generation = ScriptedReadiness.polling(conditions)
    for answer in [Readiness.PageAnswer.status(200), .status(503), .status(200)] {
      generation.send(.pageAnswered(answer))
      #expect(generation.actions == [] && generation.phase == .awaiting(.page("/health", answer)))
      generation.pass(.milliseconds(999))
      #expect(generation.actions == [])
      generation.pass(.milliseconds(1))
      #expect(generation.actions == [.requestPage("/health")])
    }
    generation.send(.pageAnswered(.status(204)))
    #expect(generation.actions == [.runCommand], "the second success in a row")
    generation.send(.commandEnded(.succeeded))
    #expect(generation.actions == [] && generation.phase == .awaiting(.command(.succeeded)))
    generation.pass(.seconds(1))
    generation.send(.commandEnded(.succeeded))
    #expect(generation.actions == [.ready])
  }

  @Test("the delay begins when the listeners are polled")
  func delay() {
    var generation = ScriptedReadiness(.held, Readiness.Conditions(delay: .milliseconds(200)))
    generation.pass(.seconds(1))
    generation.send(.needed(["a"]), .listeners(["a": true]))
    #expect(generation.actions == [] && generation.phase == .awaiting(.delay))
    generation.pass(.milliseconds(199))
    #expect(generation.actions == [])
    generation.pass(.milliseconds(1))
    #expect(generation.actions == [.ready])
  }

  @Test("all conditions are checked one after the other, and the delay begins when the others are met")
  func everyCondition() {
    var generation = ScriptedReadiness.polling(Self.all)
    #expect(generation.actions == [] && generation.phase == .awaiting(.notification))
    generation.send(.notified)
    #expect(generation.actions == [.requestPage("/health")])
    generation.send(.pageAnswered(.status(503)))
    generation.pass(.milliseconds(250))
    generation.send(.pageAnswered(.status(200)))
    #expect(generation.actions == [.runCommand], "the page is not requested again")
    generation.send(.commandEnded(.failed))
    generation.pass(.milliseconds(250))
    #expect(generation.actions == [.runCommand])
    generation.send(.commandEnded(.succeeded))
    #expect(generation.actions == [] && generation.remaining[.delay] == .milliseconds(200))
    generation.pass(.milliseconds(200))
    #expect(generation.actions == [.ready] && generation.remaining == [:])
  }

  @Test("the conditions follow the quiet second of new code that listens at fewer addresses")
  func afterQuietSecond() {
    var generation = ScriptedReadiness(.held, Readiness.Conditions(path: "/"))
    generation.send(.needed(["a", "b"]), .listeners(["a": true]))
    #expect(generation.actions == [])
    generation.pass(.seconds(1))
    #expect(generation.actions == [.requestPage("/")])
    generation.send(.listeners(["a": true, "b": true]))
    #expect(generation.actions == [], "the page is not requested twice")
  }

  @Test("a listener that closes while the conditions are checked does not begin anew")
  func closesMeanwhile() {
    var generation = ScriptedReadiness.polling(Readiness.Conditions(path: "/"))
    generation.send(.listeners([:]), .pageAnswered(.noListener))
    generation.pass(.milliseconds(250))
    #expect(generation.actions == [.requestPage("/")])
    generation.send(.listeners(["a": false]), .pageAnswered(.status(200)))
    #expect(generation.actions == [.ready])
  }

  @Test("a check that runs when the time is over is cancelled, and its result does not count")
  func tooLate() {
    var generation = ScriptedReadiness.polling(Readiness.Conditions(path: "/"))
    generation.pass(.seconds(30))
    #expect(generation.actions == [.reportSlowStart, .cancelCheck, .timeOut])
    #expect(generation.phase == .awaiting(.page("/", .noResponse)), "the condition can still be named")
    generation.send(.pageAnswered(.status(200)))
    #expect(generation.actions == [] && generation.remaining == [:])
  }

  @Test("a time limit that is over while nothing runs cancels no check")
  func tooLateWithoutCheck() {
    var generation = ScriptedReadiness.polling(Self.all)
    generation.pass(.seconds(30))
    #expect(generation.actions == [.reportSlowStart, .timeOut])
    generation.send(.notified)
    #expect(generation.actions == [])
  }

  @Test("the delay counts for the time limit, which may be extended")
  func delayTooLong() {
    let conditions = Readiness.Conditions(delay: .seconds(29))
    var generation = ScriptedReadiness(.held, conditions)
    generation.pass(.seconds(2))
    generation.send(.needed(["a"]), .listeners(["a": true]))
    var extended = generation
    generation.pass(.seconds(29))
    #expect(generation.actions == [.reportSlowStart, .timeOut])
    extended.send(.needsTime(.seconds(40)))
    extended.pass(.seconds(29))
    #expect(extended.actions == [.reportSlowStart, .ready] && extended.remaining == [:])
  }

  @Test("one that is ended has its check cancelled, once, and no other is begun")
  func stopped() {
    var generation = ScriptedReadiness.polling(Readiness.Conditions(hasCommand: true))
    generation.stop()
    #expect(generation.actions == [.cancelCheck] && generation.remaining == [:])
    generation.stop()
    #expect(generation.actions == [])
    var waiting = ScriptedReadiness.polling(Readiness.Conditions(hasCommand: true))
    waiting.send(.commandEnded(.failed))
    waiting.stop()
    #expect(waiting.actions == [] && waiting.remaining == [:])
    waiting.send(.due(.retry), .notified)
    #expect(waiting.actions == [])
  }
}
