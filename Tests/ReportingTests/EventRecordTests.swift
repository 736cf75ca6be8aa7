import Reloader
import Reporting
import Testing

@Suite("What a program reads")
struct EventRecordTests {
  @Test("a diagnostic says where it is, and how bad")
  func diagnostics() {
    let error = EventRecord(diagnostic: ["/p/a b.swift:2:21: error: cannot convert", "2 | let x: Int"])
    #expect(
      [error.file, error.severity, error.text] == [
        "/p/a b.swift", "error", "/p/a b.swift:2:21: error: cannot convert\n2 | let x: Int",
      ])
    #expect([error.line, error.column] == [2, 21])
    let fatal = EventRecord(diagnostic: [
      "In file included from main.c:1:", "b.h:3: fatal error: nope.h: No such file",
    ])
    #expect([fatal.file, fatal.severity] == ["b.h", "error"])
    #expect([fatal.line, fatal.column] == [3, nil])
    let linker = EventRecord(diagnostic: ["collect2: error: ld returned 1 exit status"])
    #expect([linker.file, linker.severity] == [nil, "error"])
    #expect(EventRecord(diagnostic: ["warning: 'p': found 1 file"]).severity == "warning")
    #expect(EventRecord(diagnostic: ["make: *** [app] Error 1"]).severity == nil)
  }

  @Test("a build says how it was made, and why not by the fast path")
  func ways() {
    let fast = EventRecord(.built(.milliseconds(1500)), .fast)
    #expect(fast.fast == true)
    #expect(fast.reason == nil)
    #expect(fast.seconds == 1.5)
    let whole = EventRecord(.buildFailed(.seconds(1), serving: [ServiceID(1): 2]), .full(reason: "no"))
    #expect(whole.fast == false)
    #expect(whole.reason == "no")
    #expect(whole.serving == 2)
  }
}
