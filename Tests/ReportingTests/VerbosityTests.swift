import Reloader
import Reporting
import Testing

@Suite("The verbosity")
struct VerbosityTests {
  /// Returns what is printed with this verbosity.
  private func printed(_ verbosity: Verbosity, times: Bool = false, _ body: (Console) -> Void) -> String {
    var text = ""
    let console = Console(style: Style(isColored: false), isTerminal: false, verbosity: verbosity) {
      text += $0
    }
    if times { console.timeOfDay = { "09:41:07" } }
    body(console)
    return text
  }

  private let swapped = Report.live(
    Swapped(
      generation: 2, total: .milliseconds(5), ready: .milliseconds(4), pause: .milliseconds(1),
      connections: Connections(fresh: 0, busy: 0, idle: 0)))

  private func session(_ console: Console) {
    func report(_ report: Report) { console.report(report, product: "App", method: .fast) }
    report(.building(first: true))
    report(.built(.seconds(1)))
    report(.serving(1, "a:1"))
    console.saved(["x"], deleted: [])
    report(.building(first: false))
    console.compilerDiagnostic(["/x:1:1: warning: w"])
    console.compilerDiagnostic(["/x:2:1: error: e"])
    report(.buildFailed(.seconds(1), serving: [:]))
    for _ in 1...2 {
      report(.building(first: false))
      report(.built(.seconds(1)))
      report(swapped)
    }
    console.line("info")
    console.detail("detail")
    console.warning("warned")
    console.importantLine("answer")
  }

  @Test("quiet leaves failures, recoveries, addresses, warnings of hotreload and answers")
  func quiet() {
    #expect(
      printed(.quiet, session) == """
        [hotreload] generation 1 listens on a:1
        /x:2:1: error: e
        [hotreload] build failed after 1 s (fast); save a file to try again
        [hotreload] built in 1 s (fast); 1 warning in files that were not compiled
        [hotreload] generation 2 is live after 5 ms (ready in 4 ms, pause 1 ms)
        warning: warned
        [hotreload] answer

        """)
  }

  @Test("verbose adds details to what is printed normally")
  func verbose() {
    let lines = printed(.normal, session).split(separator: "\n")
    #expect(printed(.verbose, session).split(separator: "\n").filter { $0 != "[hotreload] detail" } == lines)
    #expect(lines.contains("/x:1:1: warning: w"))
    #expect(lines.contains("[hotreload] info"))
  }

  @Test("prints the time before each line of hotreload, and not before the compiler's")
  func times() {
    #expect(
      printed(.quiet, times: true) {
        $0.importantLine("one")
        $0.warning("two")
        $0.compilerDiagnostic(["/x:2:1: error: e"])
        $0.passThrough("three")
      } == "09:41:07 [hotreload] one\n09:41:07 warning: two\n/x:2:1: error: e\nthree\n")
  }
}
