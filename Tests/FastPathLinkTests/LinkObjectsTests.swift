import FastPathLink
import Testing

@Suite("The objects of a link")
struct LinkObjectsTests {
  private static let recorded = [
    "ld", "/lib/crt1.o", "/o/M.build/A.o", "/o/M.build/B.o", "/b/M.swiftmodule.o", "/b/c.o", "-lc",
  ]

  private func objects(_ names: [(String, String)]) -> LinkObjects {
    LinkObjects(
      names.map { .init(name: $0.0, path: $0.1) }, directory: "/o",
      interfaces: ["/b/M.swiftmodule.o": "/o/ast.so"])
  }

  @Test("are where they are now, and interfaces in libraries of their own")
  func placed() {
    let objects = objects([
      ("/o/M.build/A.o", "/o/objects/A-1.o"), ("/o/M.build/B.o", "/b/B.o"),
      ("/b/M.swiftmodule.o", "/b/M.swiftmodule.o"), ("/b/c.o", "/b/c.o"),
    ])
    #expect(objects.named(Self.recorded) == Self.recorded)
    #expect(
      objects.placed(Self.recorded) == [
        "ld", "/lib/crt1.o", "/o/objects/A-1.o", "/b/B.o", "/o/ast.so", "/b/c.o", "-lc",
      ])
    #expect(objects.compiled.map(\.name) == ["/o/M.build/A.o", "/o/M.build/B.o", "/b/c.o"])
  }

  @Test("are more with a new source, and fewer without one that is gone")
  func changed() {
    let objects = objects([
      ("/o/M.build/B.o", "/b/B.o"), ("/b/M.swiftmodule.o", "/b/M.swiftmodule.o"), ("/b/c.o", "/b/c.o"),
      ("/o/M.build/New.o", "/o/objects/New-1.o"),
    ])
    let named = [
      "ld", "/lib/crt1.o", "/o/M.build/B.o", "/b/M.swiftmodule.o", "/b/c.o", "/o/M.build/New.o", "-lc",
    ]
    #expect(objects.named(Self.recorded) == named)
    // The next command may have been recorded with the added objects.
    #expect(objects.named(named) == named)
  }
}
