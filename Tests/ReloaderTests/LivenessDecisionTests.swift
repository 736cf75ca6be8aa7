import Reloader
import Testing

/// A live server that does not work any more is ended, and restarted or rolled back.
struct LivenessDecisionTests {
  private static var timing: Timing {
    var timing = Timing()
    timing.liveness = Liveness.Conditions(
      path: "/live", period: .seconds(5), timeout: .seconds(2), threshold: 2)
    return timing
  }

  private static let failure = Liveness.Failure(.page("/live"), .timedOut, count: 2)

  /// Generation 1 serves `a`, has proved itself, and has just begun to be checked.
  private func serving(_ timing: Timing = timing) -> ScriptedReloader {
    var server = ScriptedReloader.serving
    server.use(timing)
    return server
  }

  /// Generation `number` fails its next check.
  private func fail(_ number: Int, of server: inout ScriptedReloader) {
    server.pass(.seconds(5))
    #expect(server.actions == [.checkHealth(number, .page("/live"))])
    server.generation(number, .healthAnswered(.timedOut))
  }

  @Test("it is ended at the threshold, and restarted once it has ended")
  func restarted() {
    var server = serving()
    fail(1, of: &server)
    #expect(server.actions.isEmpty && server.reports.isEmpty)
    fail(1, of: &server)
    #expect(server.actions == [.terminate(1)])
    #expect(server.reports == [.unhealthy(1, Self.failure, fallback: nil)])
    #expect(server.timers == [.termination(1): .seconds(5)])
    server.pass(.seconds(5))
    #expect(server.actions == [.kill(1)])
    server.generation(1, .ended(.signalled("SIGKILL")))
    #expect(server.reports == [.restarting(1, .signalled("SIGKILL"), Restart(after: .seconds(1)))])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(2, .a, held: false)])
    server.generation(2, .listening("127.0.0.1:8080"))
    #expect(server.timers[.liveness(2)] == .seconds(5))
  }

  @Test("a policy that allows no restart leaves it down")
  func never() {
    var timing = Self.timing
    timing.policy = RestartPolicy(.never)
    var server = serving(timing)
    fail(1, of: &server)
    fail(1, of: &server)
    server.generation(1, .ended(.signalled("SIGTERM")))
    #expect(server.reports == [.died(1, .signalled("SIGTERM"))])
    #expect(server.timers.isEmpty)
  }

  @Test("a first server that has not proved itself waits for the next save")
  func unproven() {
    var timing = Self.timing
    timing.probation = .seconds(60)
    var server = ScriptedReloader(timing: timing)
    server.build(.succeeded(.a))
    server.generation(1, .listening("127.0.0.1:8080"))
    fail(1, of: &server)
    fail(1, of: &server)
    #expect(server.actions == [.terminate(1)])
    server.generation(1, .ended(.signalled("SIGTERM")))
    #expect(server.reports == [.died(1, .signalled("SIGTERM"))])
  }

  @Test("new code within its probation gives way to the old, once it has ended")
  func rolledBack() {
    var timing = Self.timing
    timing.probation = .seconds(60)
    var server = serving(timing)
    server.saveAndBuild(.b)
    #expect(server.timers[.liveness(1)] == nil, "a generation is not checked during a swap")
    server.swap(from: 1, to: 2)
    fail(2, of: &server)
    fail(2, of: &server)
    #expect(server.actions == [.terminate(2)])
    #expect(server.reports == [.unhealthy(2, Self.failure, fallback: 1)])
    #expect(server.timers[.probation(2)] == nil)
    server.generation(2, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.discard(.b), .release(1)])
    #expect(server.reports == [.rolledBack(from: 2, .signalled("SIGTERM"), to: 1)])
    #expect(server.timers[.liveness(1)] == nil, "it has not said yet that it accepts")
    server.generation(1, .released)
    #expect(server.timers[.liveness(1)] == .seconds(5))
  }

  @Test("when the old code has died too, the end is reported, or the last good program started")
  func bothGone() {
    var timing = Self.timing
    timing.probation = .seconds(60)
    var server = serving(timing)
    server.saveAndBuild(.b)
    server.swap(from: 1, to: 2)
    fail(2, of: &server)
    fail(2, of: &server)
    server.generation(1, .ended(.exited(1)))
    server.generation(2, .ended(.signalled("SIGTERM")))
    #expect(
      server.reports == [
        .restarting(2, .signalled("SIGTERM"), Restart(after: .seconds(1), isSameProgram: false))
      ])
  }

  @Test("a program that was built while it is being ended is started instead")
  func builtMeanwhile() {
    var server = serving()
    fail(1, of: &server)
    fail(1, of: &server)
    server.saveAndBuild(.b)
    #expect(server.actions.isEmpty)
    server.generation(1, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.start(2, .b, held: false)])
  }

  @Test("it is not checked while a swap is in progress, and then again")
  func swap() {
    var server = serving()
    server.pass(.seconds(5))
    server.saveAndBuild(.b)
    #expect(server.actions.contains(.cancelHealthCheck(1)))
    #expect(server.timers[.liveness(1)] == nil)
    server.generation(2, .ended(.exited(1)))
    #expect(server.timers[.liveness(1)] == .seconds(5))
    server.saveAndBuild(.c)
    #expect(server.timers[.liveness(1)] == nil)
    server.swap(from: 1, to: 3)
    #expect(server.timers[.liveness(3)] == .seconds(5) && server.timers[.liveness(1)] == nil)
  }

  @Test("failures before a swap do not count after it")
  func countAfterSwap() {
    var server = serving()
    fail(1, of: &server)
    server.saveAndBuild(.b)
    server.generation(2, .ended(.exited(1)))
    fail(1, of: &server)
    #expect(server.actions.isEmpty)
    fail(1, of: &server)
    #expect(server.actions == [.terminate(1)])
  }

  @Test("a server is not asked for its page before it listens")
  func notListening() {
    var server = ScriptedReloader(timing: Self.timing)
    server.build(.succeeded(.a))
    #expect(server.timers[.liveness(1)] == nil)
    server.generation(1, .listening("127.0.0.1:8080"))
    #expect(server.timers[.liveness(1)] == .seconds(5))
  }

  @Test("a program that does not listen is checked by the command alone")
  func worker() {
    var timing = Self.timing
    (timing.liveness.accepts, timing.liveness.hasCommand) = (true, true)
    var server = ScriptedReloader(timing: timing)
    server.build(.succeeded(.a))
    server.pass(.seconds(5))
    #expect(server.actions == [.checkHealth(1, .command)])
  }

  @Test("a server that cannot be held is checked by the command alone")
  func unholdable() {
    var server = serving()
    server.generation(1, .unholdable("127.0.0.1:8080"))
    #expect(server.timers[.liveness(1)] == nil)
    var timing = Self.timing
    timing.liveness.hasCommand = true
    server.use(timing)
    server.pass(.seconds(5))
    #expect(server.actions == [.checkHealth(1, .command)])
  }

  @Test("changed settings apply at once, and end the checks if there is none any more")
  func settings() {
    var server = serving()
    server.pass(.seconds(3))
    var timing = Self.timing
    timing.liveness.period = .seconds(9)
    server.use(timing)
    #expect(server.timers[.liveness(1)] == .seconds(9))
    server.use(Timing())
    #expect(server.timers[.liveness(1)] == nil)
  }

  @Test("a check that runs when hotreload stops is cancelled")
  func interrupted() {
    var server = serving()
    server.pass(.seconds(5))
    server.send(.interrupted)
    #expect(server.actions == [.terminate(1), .cancelHealthCheck(1)])
  }

  @Test("a check that runs when the server ends is cancelled, and the next generation checked anew")
  func ended() {
    var server = serving()
    server.pass(.seconds(5))
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions == [.cancelHealthCheck(1)])
    server.pass(.seconds(1))
    server.generation(2, .listening("127.0.0.1:8080"))
    #expect(server.timers[.liveness(2)] == .seconds(5))
  }
}
