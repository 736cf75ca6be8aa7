import Control
import Reporting
import Testing

@Suite("The status of a build")
struct BuildStatusTests {
  private func status(after records: EventRecord...) -> BuildStatus? {
    records.reduce(nil) { BuildStatus.after($1, $0) }
  }

  private let error = EventRecord(diagnostic: ["/a.swift:3:5: error: no", "  code"])

  @Test("there is none before the first build")
  func none() { #expect(status(after: EventRecord("message"), error) == nil) }

  @Test("the compiler's words are those of this build, each once")
  func diagnostics() {
    let build = status(
      after: EventRecord("building"), error, EventRecord("build-failed"), error, EventRecord("building"),
      error, error)
    #expect(build?.state == .running)
    #expect(build?.diagnostics.count == 1)
    #expect(build?.diagnostics.first?.file == "/a.swift")
    #expect(build?.diagnostics.first?.line == 3)
    #expect(build?.diagnostics.first?.column == 5)
    #expect(build?.diagnostics.first?.severity == "error")
    #expect(build?.diagnostics.first?.text == "/a.swift:3:5: error: no\n  code")
  }

  @Test(
    "the end tells the result",
    arguments: [
      ("built", BuildStatus.State.succeeded), ("same-program", .succeeded), ("build-failed", .failed),
      ("build-superseded", .superseded), ("swapped", .running),
    ])
  func end(event: String, state: BuildStatus.State) {
    #expect(status(after: EventRecord("building"), EventRecord(event))?.state == state)
  }
}
