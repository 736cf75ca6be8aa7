import Reloader
import Testing

/// The policies of `restart.policy`.
struct RestartPolicyTests {
  /// Generation 1 serves `a` with this policy, and has proved itself.
  private func serving(_ policy: RestartPolicy) -> ScriptedReloader {
    var server = ScriptedReloader.serving
    var timing = Timing()
    timing.policy = policy
    server.use(timing)
    return server
  }

  /// Generation 1 has done its work with this policy: it has never listened, and exits with 0.
  private func finished(_ policy: RestartPolicy) -> ScriptedReloader {
    var timing = Timing()
    timing.policy = policy
    var server = ScriptedReloader(timing: timing)
    server.build(.succeeded(.a))
    server.generation(1, .ended(.exited(0)))
    return server
  }

  @Test(
    "'no' leaves a server down, however it ended",
    arguments: [Ending.exited(0), .exited(1), .signalled("SIGSEGV")])
  func never(ending: Ending) {
    var server = serving(RestartPolicy(.never))
    server.generation(1, .ended(ending))
    #expect(server.reports == [.died(1, ending)])
    #expect(server.timers.isEmpty)
    server.saveAndBuild(.b)
    #expect(server.actions == [.start(2, .b, held: false)])
  }

  @Test(
    "every other policy restarts a server that has listened, also one that exits with 0",
    arguments: [RestartPolicy.Mode.onFailure, .always, .unlessStopped])
  func restarts(mode: RestartPolicy.Mode) {
    var server = serving(RestartPolicy(mode))
    server.generation(1, .ended(.exited(0)))
    #expect(server.reports == [.restarting(1, .exited(0), Restart(after: .seconds(1)))])
  }

  @Test("'on-failure' leaves a program alone that has done its work")
  func work() {
    let server = finished(RestartPolicy(.onFailure))
    #expect(server.reports == [.finished(1)])
    #expect(server.timers.isEmpty)
  }

  @Test(
    "'always' and 'unless-stopped' repeat the work, later each time",
    arguments: [RestartPolicy.Mode.always, .unlessStopped])
  func repeatedWork(mode: RestartPolicy.Mode) {
    var server = finished(RestartPolicy(mode))
    for (number, delay) in zip(1..., [1, 2, 4]) {
      #expect(
        server.reports == [
          .restarting(number, .exited(0), Restart(after: .seconds(delay), clientsWait: false))
        ])
      server.pass(.seconds(delay))
      #expect(server.actions == [.start(number + 1, .a, held: false)])
      server.generation(number + 1, .ended(.exited(0)))
    }
  }

  @Test("a count ends the restarts, and the next save starts the server")
  func count() {
    var server = serving(RestartPolicy(.onFailure, limit: 2))
    for (number, delay) in [(1, 1), (2, 2)] {
      server.generation(number, .ended(.exited(1)))
      server.pass(.seconds(delay))
      #expect(server.actions == [.start(number + 1, .a, held: false)])
    }
    server.generation(3, .ended(.exited(1)))
    #expect(server.reports == [.gaveUp(3, .exited(1), restarts: 2)])
    #expect(server.timers.isEmpty && server.actions.isEmpty)
    server.saveAndBuild(.b)
    #expect(server.actions == [.start(4, .b, held: false)])
  }

  @Test("ten seconds of health begin the count anew, and so does a new program")
  func countBeginsAnew() {
    var server = serving(RestartPolicy(.onFailure, limit: 1))
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(1))
    server.generation(2, .listening("127.0.0.1:8080"))
    server.pass(.seconds(10))
    server.generation(2, .ended(.exited(1)))
    #expect(server.reports == [.restarting(2, .exited(1), Restart(after: .seconds(1)))])
    server.saveAndBuild(.b)
    server.generation(3, .listening("127.0.0.1:8080"))
    server.pass(.seconds(1))
    server.generation(3, .ended(.exited(1)))
    #expect(server.reports == [.restarting(3, .exited(1), Restart(after: .seconds(1)))])
    server.pass(.seconds(1))
    server.generation(4, .ended(.exited(1)))
    #expect(server.reports == [.gaveUp(4, .exited(1), restarts: 1)])
  }

  @Test("a server that hotreload has stopped itself counts")
  func stopped() {
    var server = serving(RestartPolicy(.onFailure, limit: 1))
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(1))
    server.pass(.seconds(30))
    #expect(server.actions == [.terminate(2)])
    server.generation(2, .ended(.signalled("SIGTERM")))
    #expect(server.reports == [.gaveUp(2, nil, restarts: 1)])
  }

  @Test("a rollback is no restart", arguments: [RestartPolicy(.never), RestartPolicy(.onFailure, limit: 1)])
  func rollback(policy: RestartPolicy) {
    var server = serving(policy)
    server.saveAndBuild(.b)
    server.swap(from: 1, to: 2)
    server.generation(2, .ended(.exited(1)))
    #expect(server.reports == [.rolledBack(from: 2, .exited(1), to: 1)])
  }
}
