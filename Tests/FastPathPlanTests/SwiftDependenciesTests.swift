import Testing

@testable import FastPathPlan

@Suite("The compiler's notes of dependencies")
struct SwiftDependenciesTests {
  private func notes(_ text: String, with others: [String: String] = [:]) throws -> [UInt8] {
    let compiler = try RealCompiler()
    for (name, text) in others { try compiler.write(name, text) }
    try compiler.write("a.swift", text)
    try compiler.compile(["a.swift"], with: others.keys.sorted())
    return try compiler.bytes(of: "a.swift.swiftdeps")
  }

  @Test("say what a source declares, what it looked up, and which files were read")
  func content() throws {
    let a = try SwiftDependencies(
      notes("func f() -> Int { g() }", with: ["b.swift": "func g() -> Int { 1 }"]))
    let b = try SwiftDependencies(notes("func g() -> Int { 1 }"))
    #expect(a.compiler.contains("Swift version"))
    #expect(a.externals.contains { $0.contains("Swift.swiftmodule") })
    #expect(!a.provides.isEmpty)
    #expect(!a.uses.isDisjoint(with: b.provides.keys))
    #expect(Set(a.provides.keys).isDisjoint(with: b.provides.keys))
  }

  @Test(
    "tell a body from a declaration",
    arguments: [
      ("struct S { func f() -> Int { 1 } }", "struct S { func f() -> Int { 2 } }", true),
      ("func f() -> Int { 1 }", "func f() -> Int { 1 /* one */ }", true),
      ("func f() -> Int { 1 }", "func f() -> Double { 1 }", false),
      ("func f() -> Int { 1 }", "func f() -> Int { 1 }\nfunc g() {}", false),
      ("struct S { var x = 1 }", "struct S { var x = 2 }", false),
      ("struct S { var x = 1 }", "struct S { private var x = 1 }", false),
      ("func f(_ x: Int = 1) {}", "func f(_ x: Int = 2) {}", false),
      ("struct S {}", "struct S {}\nextension S: Hashable {}", false),
    ])
  func fingerprints(old: String, new: String, isSame: Bool) throws {
    let (old, new) = (try SwiftDependencies(notes(old)), try SwiftDependencies(notes(new)))
    #expect((old.provides == new.provides && old.fingerprint == new.fingerprint) == isSame)
  }

  @Test("are refused if their end is missing, wherever it was cut off")
  func truncated() throws {
    let bytes = try notes("struct S { var x = 1 }\nfunc f() -> S { S() }")
    for count in bytes.indices {
      #expect(throws: FallbackReason.self, "\(count) bytes of \(bytes.count)") {
        try SwiftDependencies(Array(bytes.prefix(count)))
      }
    }
  }

  @Test(
    "are refused, or read as something else, with any byte changed", arguments: [0xff, 0x01, 0x80] as [UInt8])
  func flipped(mask: UInt8) throws {
    let bytes = try notes("struct S { var x = 1 }\nfunc f() -> S { S() }")
    for index in bytes.indices {
      var other = bytes
      other[index] ^= mask
      readOrRefuse(other)
    }
  }

  @Test(
    "are refused, or read as something else, with a part overwritten",
    arguments: [0x00, 0x77, 0xf7, 0xff] as [UInt8])
  func overwritten(byte: UInt8) throws {
    let bytes = try notes("struct S { var x = 1 }\nfunc f() -> S { S() }")
    for index in bytes.indices where index % 2 == 0 {
      for length in [4, 11, 40] {
        var other = bytes
        let end = min(index + length, bytes.count)
        other.replaceSubrange(index..<end, with: Array(repeating: byte, count: end - index))
        readOrRefuse(other)
      }
    }
  }

  /// Reads the bytes. A failure of this test is a crash.
  private func readOrRefuse(_ bytes: [UInt8]) { _ = try? SwiftDependencies(bytes) }

  @Test("are refused if they are of another kind, or version, or of nothing")
  func others() throws {
    let bytes = try notes("func f() {}")
    #expect(throws: FallbackReason.self) { try SwiftDependencies([]) }
    #expect(throws: FallbackReason.self) { try SwiftDependencies(Array("DEPS".utf8)) }
    #expect(throws: FallbackReason.self) { try SwiftDependencies(Array("BC".utf8) + bytes.dropFirst(2)) }
    #expect(throws: FallbackReason.self) { try SwiftDependencies(bytes + bytes.dropFirst(4)) }
  }
}
