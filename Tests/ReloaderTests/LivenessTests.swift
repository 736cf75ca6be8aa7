import Reloader
import Testing

/// The checks of a live generation by `health.path`, `health.tcp` and `health.command`.
struct LivenessTests {
  private static func conditions(threshold: Int = 3, delay: Duration = .zero) -> Liveness.Conditions {
    Liveness.Conditions(
      path: "/live", period: .seconds(5), timeout: .seconds(2), threshold: threshold, delay: delay)
  }

  private static func liveness(_ checks: [Liveness.Check] = [.page("/live")], threshold: Int = 3) -> Liveness
  {
    var liveness = Liveness(of: 1, checks, conditions(threshold: threshold))
    _ = liveness.begin(age: .zero)
    return liveness
  }

  @Test("the first check comes after one period, and not before the delay since the start")
  func begin() {
    for (delay, age, first) in [(0, 0, 5), (0, 100, 5), (8, 0, 8), (8, 2, 6), (8, 5, 5), (8, 100, 5)] {
      var liveness = Liveness(of: 1, [.command], Self.conditions(delay: .seconds(delay)))
      #expect(liveness.begin(age: .seconds(age)) == [.set(after: .seconds(first))])
    }
  }

  @Test("a round makes all checks one after the other, and the next one comes a period later")
  func round() {
    var liveness = Self.liveness([.page("/live"), .connection, .command])
    #expect(liveness.due() == [.check(.page("/live"), within: .seconds(2))])
    #expect(liveness.due() == [], "a round is running")
    #expect(liveness.answered(.status(200)) == [.check(.connection, within: .seconds(2))])
    #expect(liveness.answered(.accepted) == [.check(.command, within: .seconds(2))])
    #expect(liveness.answered(.command(.succeeded)) == [.set(after: .seconds(5))])
    #expect(liveness.answered(.timedOut) == [], "no check is running")
  }

  @Test(
    "2xx and 3xx are alive, and nothing else", arguments: [100, 199, 200, 204, 302, 399, 400, 404, 500, 503])
  func status(code: Int) {
    #expect(Liveness.Answer.status(code).isAlive == (200...399).contains(code))
  }

  @Test(
    "the generation is given up at the threshold, with the last reason",
    arguments: [
      Liveness.Answer.status(503), .noResponse, .noListener, .timedOut, .command(.failed),
      .command(.notStarted("")),
    ])
  func threshold(answer: Liveness.Answer) {
    var liveness = Self.liveness()
    for failed in [Liveness.Answer.timedOut, .status(500)] {
      _ = liveness.due()
      #expect(liveness.answered(failed) == [.set(after: .seconds(5))])
    }
    _ = liveness.due()
    #expect(liveness.answered(answer) == [.giveUp(Liveness.Failure(.page("/live"), answer, count: 3))])
    #expect(liveness.due() == [] && liveness.answered(answer) == [] && liveness.stop() == [])
  }

  @Test("a round that succeeds begins the count anew, and one of its checks alone does not")
  func inARow() {
    var liveness = Self.liveness([.page("/live"), .command], threshold: 2)
    func fails(_ answers: Liveness.Answer..., gaveUp: Bool) {
      _ = liveness.due()
      let actions = answers.map { liveness.answered($0) }.last ?? []
      #expect(actions.contains { if case .giveUp = $0 { true } else { false } } == gaveUp)
    }
    fails(.timedOut, gaveUp: false)
    fails(.status(200), .command(.succeeded), gaveUp: false)
    fails(.status(200), .command(.failed), gaveUp: false)
    fails(.status(200), .command(.failed), gaveUp: true)
  }

  @Test("a check of a process that a debugger traces says nothing")
  func traced() {
    var liveness = Self.liveness(threshold: 2)
    _ = liveness.due()
    _ = liveness.answered(.timedOut)
    for _ in 1...5 {
      #expect(liveness.due() == [.check(.page("/live"), within: .seconds(2))])
      #expect(liveness.answered(.traced) == [.set(after: .seconds(5))])
    }
    _ = liveness.due()
    #expect(liveness.answered(.timedOut) == [.giveUp(Liveness.Failure(.page("/live"), .timedOut, count: 2))])
  }

  @Test("when it stops, the timer or the check is cancelled")
  func stop() {
    var waiting = Self.liveness()
    #expect(waiting.stop() == [.cancelTimer])
    #expect(waiting.stop() == [] && waiting.due() == [])
    var checking = Self.liveness()
    _ = checking.due()
    #expect(checking.stop() == [.cancelCheck])
    #expect(checking.answered(.timedOut) == [])
  }
}
