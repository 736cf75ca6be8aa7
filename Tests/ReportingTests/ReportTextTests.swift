import Reloader
import Testing

@testable import Reporting

@Suite("What a person reads")
struct ReportTextTests {
  private func text(_ report: Report, colored: Bool = false) -> String? {
    Style(isColored: colored).text(report, product: "App")
  }

  @Test("a save, its build and its swap")
  func save() {
    let style = Style(isColored: false)
    #expect(style.saved(["Sources/App/A.swift"], deleted: []) == "Sources/App/A.swift changed")
    #expect(style.saved(["a", "b", "c", "d"], deleted: []) == "a and 3 other files changed")
    #expect(text(.built(.milliseconds(1312))) == "built in 1.31 s")
    let swapped = Swapped(
      generation: 2, total: .milliseconds(31), ready: .milliseconds(24), pause: .microseconds(1240),
      connections: Connections())
    #expect(text(.live(swapped)) == "generation 2 is live after 31 ms (ready in 24 ms, pause 1.2 ms)")
    var moved = swapped
    (moved.opened, moved.closed) = (["127.0.0.1:8081"], ["127.0.0.1:8080"])
    #expect(
      text(.live(moved)) == "generation 2 is live after 31 ms (ready in 24 ms, pause 1.2 ms); "
        + "listens on 127.0.0.1:8081; no longer on 127.0.0.1:8080")
    #expect(
      text(.closed(2, ["127.0.0.1:8080", "/run/app"]))
        == "generation 2 no longer listens on 127.0.0.1:8080, /run/app")
    #expect(text(.drained(1, requests: 0)) == nil)
    #expect(text(.unchangedGeneration(1)) == "generation 1 stays live: the build made the same program")
    #expect(text(.drained(1, requests: 1)) == "generation 1 drained 1 request and exited")
  }

  @Test("a failure names what goes on")
  func failures() {
    #expect(
      text(.buildFailed(.seconds(1), serving: [ServiceID(1): 3]))
        == "build failed after 1 s; generation 3 stays live")
    #expect(
      text(.buildFailed(.seconds(1), serving: [:])) == "build failed after 1 s; save a file to try again")
    #expect(
      text(.diedBeforeReady(4, .signalled("SIGILL"), serving: 3))
        == "generation 4 was killed by SIGILL before it was ready; generation 3 stays live")
    #expect(
      text(.rolledBack(from: 4, .exited(1), to: 3))
        == "generation 4 exited with code 1 right after the swap; generation 3 is live again")
    #expect(
      text(.restarting(3, .signalled("SIGKILL"), Restart(after: .seconds(2))))
        == "generation 3 was killed by SIGKILL; restarting it in 2 s, clients wait")
  }

  @Test("a restart says what is started, and whether clients wait for it")
  func restarts() {
    #expect(
      text(.restarting(3, nil, Restart(after: .seconds(1), isSameProgram: false)))
        == "generation 3 was stopped; restarting the last good program in 1 s, clients wait")
    #expect(
      text(.restarting(3, .exited(2), Restart(after: .seconds(1), clientsWait: false)))
        == "generation 3 exited with code 2; restarting it in 1 s")
    #expect(
      text(.gaveUp(3, .exited(2), restarts: 2))
        == "generation 3 exited with code 2 after 2 restarts, the limit of 'restart.policy'; save a file to start it again"
    )
    #expect(
      text(.gaveUp(3, nil, restarts: 1))
        == "generation 3 was stopped after 1 restart, the limit of 'restart.policy'; save a file to start it again"
    )
  }

  @Test(
    "a server that does not work any more says why",
    arguments: [
      (
        Liveness.Failure(.page("/live"), .status(503), count: 3),
        "GET /live ('health.path') returns 503, 3 times in a row"
      ),
      (.init(.page("/live"), .noResponse, count: 1), "GET /live ('health.path') gets no HTTP/1 response"),
      (.init(.page("/live"), .timedOut, count: 1), "GET /live ('health.path') gets no response in time"),
      (.init(.connection, .timedOut, count: 1), "a connection ('health.tcp') is not accepted in time"),
      (.init(.connection, .noListener, count: 1), "a connection ('health.tcp') finds no listener of it"),
      (.init(.command, .timedOut, count: 1), "'health.command' does not end in time"),
      (.init(.command, .command(.failed), count: 2), "'health.command' fails, 2 times in a row"),
      (
        .init(.command, .command(.notStarted("no such file")), count: 1),
        "'health.command' cannot be run: no such file"
      ),
    ])
  func unhealthy(failure: Liveness.Failure, reason: String) {
    #expect(
      text(.unhealthy(3, failure, fallback: nil)) == "generation 3 is unhealthy: \(reason); stopping it")
    #expect(
      text(.unhealthy(3, failure, fallback: 2))
        == "generation 3 is unhealthy: \(reason); stopping it so that generation 2 is live again")
  }

  @Test("what is not ready says why")
  func unready() {
    #expect(
      text(.stillStarting(2, .silent, after: .seconds(5)))
        == "generation 2 is not ready after 5 s: it is not listening yet")
    #expect(
      text(.notReady(2, .silent, after: .seconds(30), serving: 1))
        == "generation 2 was not ready within 30 s: it is not listening at all; generation 1 stays live")
  }

  @Test(
    "a condition that is not met is named with its setting",
    arguments: [
      (Readiness.UnmetCondition.notification, "it has not sent READY=1 ('swap.ready' is \"notify\")"),
      (.page("/health", .status(503)), "GET /health ('swap.ready-path') returns 503"),
      (
        .page("/health", .status(200)),
        "GET /health ('swap.ready-path') has not succeeded often enough in a row ('swap.ready-threshold')"
      ),
      (
        .command(.succeeded),
        "'swap.ready-command' has not succeeded often enough in a row ('swap.ready-threshold')"
      ),
      (.page("/health", .noResponse), "GET /health ('swap.ready-path') gets no HTTP/1 response"),
      (.page("/health", .noListener), "it has no listener from which hotreload could request /health"),
      (.command(.failed), "'swap.ready-command' has not succeeded"),
      (.command(.notStarted("Permission denied")), "cannot run 'swap.ready-command': Permission denied"),
      (.delay, "'swap.ready-delay' has not passed"),
    ])
  func unmetCondition(condition: Readiness.UnmetCondition, text words: String) {
    #expect(
      text(.stillStarting(2, .pendingCondition(condition), after: .seconds(5)))
        == "generation 2 is not ready after 5 s: \(words)")
  }

  @Test("durations have the unit that suits them")
  func durations() {
    #expect(brief(.microseconds(40)) == "under 0.1 ms")
    #expect(brief(.microseconds(940)) == "0.9 ms")
    #expect(brief(.milliseconds(9)) == "9 ms")
    #expect(brief(.milliseconds(999)) == "999 ms")
    #expect(brief(.seconds(2)) == "2 s")
    #expect(brief(.milliseconds(59_050)) == "59.05 s")
    #expect(brief(.milliseconds(125_400)) == "2 min 5 s")
    #expect(brief(.seconds(120)) == "2 min")
  }

  @Test("colours are SwiftPM's, and none where they are not wanted")
  func colours() {
    #expect(Style(isTerminal: true, variable: { _ in nil }).isColored)
    #expect(!Style(isTerminal: false, variable: { _ in nil }).isColored)
    #expect(!Style(isTerminal: true, variable: { $0 == "NO_COLOR" ? "" : nil }).isColored)
    #expect(!Style(isTerminal: true, variable: { $0 == "TERM" ? "dumb" : nil }).isColored)
  }

  @Test("a diagnostic is coloured as the compiler does it")
  func diagnostic() {
    let lines = ["/a.swift:1:2: error: no", "1 | let x", "  |     `- error: no"]
    #expect(Style(isColored: false).diagnostic(lines) == lines.joined(separator: "\n"))
    #expect(
      Style(isColored: true).diagnostic(lines) == """
        \u{1B}[1m/a.swift:1:2: \u{1B}[0m\u{1B}[1;31merror: \u{1B}[0m\u{1B}[1mno\u{1B}[0m
        \u{1B}[2m1 |\u{1B}[0m let x
        \u{1B}[2m  |\u{1B}[0m     `- \u{1B}[1;31merror: \u{1B}[0mno
        """)
  }
}
