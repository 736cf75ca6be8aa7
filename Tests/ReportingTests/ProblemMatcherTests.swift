import Reloader
import Testing

@testable import Reporting

@Suite("The patterns for an editor")
struct ProblemMatcherTests {
  private static let live = Swapped(
    generation: 2, total: .milliseconds(31), ready: .milliseconds(24), pause: .microseconds(1240),
    connections: Connections())

  /// Reports that begin a build cycle.
  private static let begins: [Report] = [.building(first: true), .buildingClean]

  /// Reports that end a build cycle.
  private static let ends: [Report] = [
    .unchanged(.seconds(1), programs: 1), .unchanged(.seconds(1), programs: 2),
    .buildFailed(.seconds(1), serving: [:]), .buildFailed(.seconds(1), serving: [ServiceID(1): 1]),
    .serving(1, "127.0.0.1:8080"), .started(1), .live(live), .diedBeforeReady(2, .exited(1), serving: 1),
    .diedBeforeReady(1, .exited(1), serving: nil), .notReady(2, .silent, after: .seconds(30), serving: 1),
    .handoverFailed(from: 1, to: 2), .unchangedGeneration(1), .rolledBack(from: 2, .exited(1), to: 1),
    .died(1, .signalled("SIGILL")), .finished(1), .restarting(1, .exited(1), Restart(after: .seconds(1))),
  ]

  /// Reports in the middle of a build cycle, or after it.
  private static let others: [Report] = [
    .stillBuilding(.seconds(10)), .built(.seconds(1)), .buildSuperseded, .closed(1, ["127.0.0.1:8080"]),
    .drained(1, requests: 2), .drainTimedOut(1, after: .seconds(10)), .killed(1, after: .seconds(5)),
    .stillStarting(2, .silent, after: .seconds(5)), .handoverForced(from: 1, to: 2),
    .notResumed(1, after: .seconds(5)), .superseded(2), .diedBeforeSuccessor(1, .exited(1), successor: 2),
    .leaving(waitingFor: 1),
  ]

  /// Returns what hotreload prints about a report, with one server and with several services. A build is one of all
  /// services.
  private func lines(_ report: Report, isFast: Bool = false) -> [String] {
    [[:], [ServiceID(1): "the api", ServiceID(2): "worker"]].flatMap { services -> [String] in
      var lines: [String] = []
      let console = Console(style: Style(isColored: false), isTerminal: false) {
        lines += $0.split(separator: "\n").map(String.init)
      }
      console.serviceNames = services
      console.report(
        report, product: "App", method: isFast ? .fast : .full(reason: ""),
        of: services.isEmpty || Self.begins.contains(report) ? nil : ServiceID(1))
      return lines
    }
  }

  private func matches(_ line: String, _ pattern: String) throws -> Bool {
    try line.firstMatch(of: Regex(pattern)) != nil
  }

  @Test("know the lines that begin a build cycle, and those that end it")
  func reports() throws {
    for (reports, isBeginning, isEnd) in [
      (Self.begins, true, false), (Self.ends, false, true), (Self.others, false, false),
    ] {
      for report in reports {
        for line in lines(report) + lines(report, isFast: true) {
          #expect(try matches(line, ProblemMatcher.begins) == isBeginning, "\(line)")
          #expect(try matches(line, ProblemMatcher.ends) == isEnd, "\(line)")
        }
      }
    }
  }

  @Test("know the line about saved files")
  func saved() throws {
    var text = ""
    let console = Console(style: Style(isColored: false), isTerminal: false, verbosity: .verbose) {
      text += $0
    }
    console.saved(["Sources/App/a.swift"], deleted: [])
    console.saved(["a", "b", "c", "d"], deleted: [])
    console.saved(["a"], deleted: ["a"])
    for line in text.split(separator: "\n") {
      #expect(try matches(String(line), ProblemMatcher.begins), "\(line)")
    }
    text = ""
    console.unchanged(["a"])
    console.selfWrites(["a"])
    console.delayed(["a"], for: .seconds(1))
    for line in text.split(separator: "\n") {
      #expect(try !matches(String(line), ProblemMatcher.begins), "\(line)")
    }
  }

  @Test("find the place, the severity and the message of a diagnostic")
  func diagnostic() throws {
    let regex = try Regex(ProblemMatcher.diagnostic)
    func groups(_ line: String) throws -> [String?]? {
      try regex.firstMatch(in: line).map { $0.output.dropFirst().map { $0.substring.map(String.init) } }
    }
    #expect(
      try groups("/a b/c.swift:2:21: error: no: such") == ["/a b/c.swift", "2", "21", "error", "no: such"])
    #expect(try groups("/a.c:2: fatal error: no") == ["/a.c", "2", nil, "error", "no"])
    #expect(try groups("/a.swift:1:2: warning: w") == ["/a.swift", "1", "2", "warning", "w"])
    #expect(try groups("[hotreload] build failed after 1 s") == nil)
    #expect(try groups("  |     `- error: no") == nil)
  }
}
