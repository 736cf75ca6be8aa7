import FastPathPlan
import Testing

@Suite("What the compiler has said of a source")
struct SerializedDiagnosticsTests {
  private func diagnostics(_ text: String, _ options: [String] = []) throws -> [UInt8] {
    let compiler = try RealCompiler()
    try compiler.write("a.swift", text)
    // Errors of the compiler do not matter to these tests.
    do { try compiler.compile(["a.swift"], options) } catch is RealCompiler.Failed {}
    return try compiler.bytes(of: "a.swift.dia")
  }

  @Test(
    "is in its file",
    arguments: [
      ("func f() {}", false), ("", false), ("func f() { let x = 1 }", true),
      ("func f() -> Int { \"\" }", true),
      ("#warning(\"here\")", true), ("@available(*, deprecated) func old() {}\nfunc new() { old() }", true),
    ])
  func found(text: String, holds: Bool) throws { #expect(holdsDiagnostics(try diagnostics(text)) == holds) }

  @Test("is not denied of a file that ends within a block")
  func truncated() throws {
    let bytes = try diagnostics("func f() { let x = 1 }")
    let denied = bytes.indices.filter { holdsDiagnostics(Array(bytes.prefix($0))) == false }
    // Blocks end at whole words, and there are two before the first with diagnostics.
    #expect(Set(denied.map { $0 / 4 }).count <= 3)
  }

  @Test("is asked of any bytes without harm")
  func others() throws {
    #expect(holdsDiagnostics([]) == nil)
    #expect(holdsDiagnostics(Array("DEPS".utf8)) == nil)
    let bytes = try diagnostics("func f() { let x = 1 }")
    for index in bytes.indices {
      for mask in [0xff, 0x01, 0x80] as [UInt8] {
        var other = bytes
        other[index] ^= mask
        _ = holdsDiagnostics(other)
      }
    }
  }
}
