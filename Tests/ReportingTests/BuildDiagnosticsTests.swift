import Reloader
import Reporting
import Testing

@Suite("The diagnostics of a build")
struct BuildDiagnosticsTests {
  private let error = ["/p/a.swift:1:2: error: no such module", "1 | import x"]
  private let warning = ["/p/a.swift:3:1: warning: unused"]
  private let other = ["/p/b.swift:4:1: warning: never read"]
  private let note = ["/p/c.swift:5:1: note: declared here"]

  private func take(_ diagnostics: inout BuildDiagnostics, _ lines: [String]) -> BuildDiagnostics.Treatment {
    diagnostics.take(lines, EventRecord(diagnostic: lines))
  }

  @Test("are errors at once, and warnings with their notes after the build")
  func order() {
    var diagnostics = BuildDiagnostics()
    diagnostics.begin()
    #expect(take(&diagnostics, warning) == .held)
    #expect(take(&diagnostics, note) == .held)
    #expect(take(&diagnostics, error) == .shown)
    #expect(take(&diagnostics, note) == .shown)
    #expect(diagnostics.end().warnings == [warning + note])
    #expect(diagnostics.firstError?.line == 1)
    #expect(diagnostics.records.map(\.severity) == ["error", "warning"])
  }

  @Test("come once in a build, and again in the next")
  func once() {
    var diagnostics = BuildDiagnostics()
    for _ in 1...2 {
      diagnostics.begin()
      #expect(take(&diagnostics, error) == .shown)
      #expect(take(&diagnostics, [error[0], "another line"]) == .repeated)
      #expect(take(&diagnostics, note) == .repeated)
      #expect(take(&diagnostics, warning) == .held)
      #expect(take(&diagnostics, warning) == .repeated)
      #expect(diagnostics.end().warnings == [warning])
    }
  }

  @Test("count the warnings of files that were not compiled, until they are")
  func uncompiled() {
    var diagnostics = BuildDiagnostics()
    func build(_ lines: [[String]], _ change: (inout BuildDiagnostics) -> Void) -> Int {
      diagnostics.begin()
      for lines in lines { _ = take(&diagnostics, lines) }
      change(&diagnostics)
      return diagnostics.end().uncompiled
    }
    #expect(build([warning, other]) { _ in } == 0)
    #expect(build([warning]) { $0.compiled(["/p/a.swift"]) } == 1)
    #expect(build([]) { $0.compiled(["/p/c.swift"]) } == 2)
    #expect(build([]) { $0.step("[3/7] Compiling App b.swift") } == 1)
    #expect(diagnostics.records.map(\.file) == ["/p/a.swift"])
    #expect(build([]) { $0.compilesEverything() } == 0)
  }

  @Test("of a build that was cancelled are shown after the next, except for those of what has changed since")
  func cancelled() {
    var diagnostics = BuildDiagnostics()
    diagnostics.begin()
    _ = take(&diagnostics, error)
    _ = take(&diagnostics, warning)
    _ = take(&diagnostics, other)
    diagnostics.begin()
    diagnostics.compiles(["/p/a.swift"])
    #expect(diagnostics.firstError == nil)
    #expect(diagnostics.end().warnings == [other])
  }

  @Test("are printed before the end of the build, which counts the others")
  func printed() {
    var text = ""
    let console = Console(style: Style(isColored: false), isTerminal: false) { text += $0 }
    func report(_ report: Report) { console.report(report, product: "App", method: .fast) }
    report(.building(first: false))
    console.compilerDiagnostic(warning)
    console.compilerDiagnostic(error)
    report(.buildFailed(.seconds(1), serving: [:]))
    report(.building(first: false))
    report(.built(.seconds(1)))
    #expect(
      text == """
        /p/a.swift:1:2: error: no such module
        1 | import x
        /p/a.swift:3:1: warning: unused
        [hotreload] build failed after 1 s (fast); save a file to try again
        [hotreload] built in 1 s (fast); 1 warning in files that were not compiled

        """)
  }
}
