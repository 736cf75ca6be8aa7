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
    #expect(server.timers == [.readiness(2, .timeout): .seconds(10)])
    server.generation(2, .needs(.seconds(60)))
    #expect(server.timers == [.readiness(2, .timeout): .seconds(60)])
    server.generation(2, .needs(.seconds(59)))
    #expect(server.timers == [.readiness(2, .timeout): .seconds(60)])
    server.generation(2, .needs(.seconds(1_000_000)))
    #expect(server.timers == [.readiness(2, .timeout): .seconds(3600)])
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
    var timing = Timing()
    timing.conditions.notifies = true
    server.use(timing)
    server.saveAndBuild(.b)
    server.generation(2, .listening("127.0.0.1:8080"), .ready)
    server.reach(.readiness(2, .timeout))
    #expect(
      server.reports == [
        .notReady(2, .pendingCondition(.notification), after: .seconds(30), serving: 1)
      ])
    #expect(server.actions == [.terminate(2)])
  }

  @Test("the listeners of the live generation are needed, until it closes them or ends")
  func needed() {
    var server = ScriptedReloader.serving
    server.generation(1, .listeners(["a": true, "b": true]))
    server.saveAndBuild(.b)
    server.generation(2, .listeners(["a": true]))
    #expect(server.actions == [])
    server.generation(1, .listeners(["a": true]))
    #expect(server.actions == [.pause(1)])

    var dying = ScriptedReloader.serving
    dying.generation(1, .listeners(["a": true, "b": true]))
    dying.saveAndBuild(.b)
    dying.generation(2, .listeners(["a": true]))
    dying.generation(1, .ended(.exited(1)))
    #expect(dying.reports == [.diedBeforeSuccessor(1, .exited(1), successor: 2)])
    #expect(dying.actions == [.release(2)])
  }

  @Test("the listeners of a generation that was given up are not needed, and those of one that drains are")
  func neededOfOthers() {
    var server = ScriptedReloader.onProbation
    server.generation(1, .listeners(["a": true, "b": true]))
    server.generation(2, .listeners(["a": true]))
    server.pass(.seconds(1))
    server.saveAndBuild(.c)
    server.generation(3, .listeners(["a": true]))
    #expect(server.actions == [], "generation 1 still drains")
    server.saveAndBuild(.d)
    server.generation(1, .ended(.exited(0)))
    server.generation(3, .listeners(["a": true, "b": true]))
    server.generation(4, .listeners(["a": true]))
    #expect(server.actions == [.pause(2)])
  }

  @Test("a page is requested from a held generation, and its command is run, before the old one is paused")
  func checks() {
    var server = ScriptedReloader.serving
    var timing = Timing()
    timing.conditions = Readiness.Conditions(path: "/health", hasCommand: true)
    server.use(timing)
    server.saveAndBuild(.b)
    server.generation(2, .ready)
    #expect(server.actions == [.requestPage(2, path: "/health")])
    server.generation(2, .pageAnswered(.status(503)))
    server.pass(.seconds(5))
    #expect(server.actions == [.requestPage(2, path: "/health")])
    #expect(
      server.reports == [
        .stillStarting(2, .pendingCondition(.page("/health", .status(503))), after: .seconds(5))
      ])
    server.generation(2, .pageAnswered(.status(200)))
    #expect(server.actions == [.runReadyCommand(2)])
    server.generation(2, .commandEnded(.succeeded))
    #expect(server.actions == [.pause(1)])
  }

  @Test("the check of a generation is cancelled when a newer one takes its place, or when it ends")
  func cancelledChecks() {
    var server = ScriptedReloader.serving
    var timing = Timing()
    timing.conditions = Readiness.Conditions(hasCommand: true)
    server.use(timing)
    server.saveAndBuild(.b)
    server.generation(2, .ready)
    server.saveAndBuild(.c)
    #expect(server.actions == [.cancelCheck(2), .terminate(2), .start(3, .c, held: true)])
    server.generation(2, .commandEnded(.succeeded))
    #expect(server.actions == [])
    server.generation(3, .ready)
    server.generation(3, .ended(.exited(1)))
    #expect(server.actions == [.cancelCheck(3), .discard(.c)])
  }
}
