import Reloader
import Testing

/// A server that dies on its own is started again, later each time.
struct RestartDecisionTests {
  @Test("a server that dies is started again after a second")
  func restart() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.signalled("SIGSEGV")))
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.restarting(1, .signalled("SIGSEGV"), Restart(after: .seconds(1)))])
    #expect(server.timers == [.restart: .seconds(1)])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(2, .a, held: false)])
    #expect(server.reports == [.started(2)])
    #expect(server.timers == [.readiness(2, .timeout): .seconds(30)])
    server.generation(2, .listening("127.0.0.1:8080"))
    #expect(server.timers == [.probation(2): .seconds(1), .health(2): .seconds(10)])
  }

  @Test("a server that exits with 0 is started again too")
  func exitOfServer() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(0)))
    #expect(server.reports == [.restarting(1, .exited(0), Restart(after: .seconds(1)))])
  }

  @Test("each restart waits twice as long, up to 30 seconds")
  func backoff() {
    var server = ScriptedReloader.serving
    for (number, delay) in zip(1..., [1, 2, 4, 8, 16, 30, 30]) {
      server.generation(number, .ended(.exited(1)))
      #expect(server.reports == [.restarting(number, .exited(1), Restart(after: .seconds(delay)))])
      server.pass(.seconds(delay))
    }
  }

  @Test("ten seconds of health end the doubling, and not less")
  func health() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(1))
    server.generation(2, .listening("127.0.0.1:8080"))
    server.pass(.milliseconds(9_999))
    server.generation(2, .ended(.exited(1)))
    #expect(server.timers == [.restart: .seconds(2)])
    server.pass(.seconds(2))
    server.generation(3, .listening("127.0.0.1:8080"))
    server.pass(.seconds(10))
    server.generation(3, .ended(.exited(1)))
    #expect(server.timers == [.restart: .seconds(1)])
  }

  @Test("ten seconds of health count after a rollback, too")
  func healthAfterRollback() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(1))
    server.generation(2, .listening("127.0.0.1:8080"))
    server.pass(.milliseconds(9_500))
    server.saveAndBuild(.b)
    server.swap(from: 2, to: 3)
    server.pass(.milliseconds(600))
    server.generation(3, .ended(.exited(3)))
    #expect(server.actions == [.release(2), .discard(.b)])
    server.pass(.seconds(10))
    server.generation(2, .ended(.exited(1)))
    #expect(server.timers == [.restart: .seconds(1)])
  }

  @Test("health does not count while another generation serves")
  func healthOfFallback() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.pass(.seconds(1))
    server.generation(2, .listening("127.0.0.1:8080"))
    server.pass(.milliseconds(9_500))
    server.saveAndBuild(.b)
    server.swap(from: 2, to: 3)
    server.pass(.milliseconds(600))
    server.generation(3, .ended(.exited(3)))
    server.generation(2, .ended(.exited(1)))
    #expect(server.timers == [.restart: .seconds(1)], "a new program does not wait for the sins of the old")
  }

  @Test("a save during the wait builds, and the new program is started at once")
  func saveDuringWait() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.saveAndBuild(.b)
    #expect(server.actions == [.start(2, .b, held: false)])
    server.generation(2, .listening("127.0.0.1:8080"))
    #expect(server.timers == [.probation(2): .seconds(1), .health(2): .seconds(10)])
    server.pass(.seconds(1))
    #expect(server.actions == [.discard(.a)])
  }

  @Test("new code in place of a server that died, which dies too, has the last good program started")
  func newCodeDiesToo() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.saveAndBuild(.b)
    server.generation(2, .ended(.exited(2)))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.restarting(2, .exited(2), Restart(after: .seconds(1), isSameProgram: false))])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
  }

  @Test("new code that ends before it listens, while clients wait, has the last good program started")
  func neverListened() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.saveAndBuild(.b)
    server.pass(.seconds(5))
    #expect(server.reports == [.stillStarting(2, .silent, after: .seconds(5))])
    server.generation(2, .ended(.exited(0)))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.restarting(2, .exited(0), Restart(after: .seconds(1), isSameProgram: false))])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
  }

  @Test(
    "new code that does not listen in time, while clients wait, is ended before the last good one is started")
  func notInTime() {
    var server = ScriptedReloader.serving
    server.generation(1, .ended(.exited(1)))
    server.saveAndBuild(.b)
    server.pass(.seconds(5))
    server.pass(.seconds(25))
    #expect(server.actions == [.terminate(2)])
    #expect(server.reports == [.notReady(2, .silent, after: .seconds(30), serving: nil)])
    server.generation(2, .ended(.signalled("SIGTERM")))
    #expect(server.actions == [.discard(.b)])
    #expect(server.reports == [.restarting(2, nil, Restart(after: .seconds(1), isSameProgram: false))])
    server.pass(.seconds(1))
    #expect(server.actions == [.start(3, .a, held: false)])
  }

  @Test("a first server that dies young waits for the next save")
  func firstDies() {
    var server = ScriptedReloader.unproven
    server.generation(1, .ended(.exited(1)))
    #expect(server.actions == [.discard(.a)])
    #expect(server.reports == [.died(1, .exited(1))])
    #expect(server.timers.isEmpty)
    server.saveAndBuild(.b)
    #expect(server.actions == [.start(2, .b, held: false)])
  }

  @Test("a first program that cannot be started waits for the next save")
  func notStarted() {
    var server = ScriptedReloader()
    server.build(.succeeded(.a))
    server.generation(1, .ended(.notStarted("no such file")))
    #expect(server.actions == [.discard(.a)])
    #expect(server.reports == [.died(1, .notStarted("no such file"))])
  }
}
