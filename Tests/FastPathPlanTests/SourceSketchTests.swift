import Testing

@testable import FastPathPlan

@Suite("A source's sketch")
struct SourceSketchTests {
  private static let text = #"""
    import Foundation

    /// Has { in a comment /* and */ more.
    @MainActor
    struct Order: Codable {
      var id: Int
      var name = "a { \(["x": "{"].count) }"
      struct Line { var price: Int }
      var total: Int { id + 1 }
      func report(_ limit: Int = 10) -> String { "text" }
    }

    extension Order.Line: Hashable {
      func more() -> Int { 1 }
    }

    func helper(a: Int)
      -> Int
    { a }

    let limit = 5
    """#

  private func changes(_ old: String, _ new: String) throws -> Set<String> {
    let text = Self.text.replacing(old, with: new)
    #expect(text != Self.text)
    let before = try #require(SourceSketch(Array(Self.text.utf8)))
    let after = try #require(SourceSketch(Array(text.utf8)))
    let names = ["Order", "helper", "limit", "other", "Foundation"]
    let changed = try #require(after.changes(from: before))
    let known = names.filter { changed.contains(hashOfBytes(Array($0.utf8))) }
    #expect(known.count == changed.count)
    return Set(known)
  }

  @Test(
    "is the same after an edit that nobody else sees",
    arguments: [
      (#""text""#, #""other""#), ("{ id + 1 }", "{\n let a = { 1 }\n return a() }"), ("{ a }", "{ a + 1 }"),
      ("comment", "remark"), ("  var id: Int", "\n    var id :Int"), ("{ 1 }", "{ 2 }"),
    ])
  func unseen(old: String, new: String) throws { #expect(try changes(old, new) == []) }

  @Test(
    "names the declarations that an edit touches",
    arguments: [
      ("var id: Int", "var id: Int8", "Order"), ("limit: Int = 10", "limit: Int = 11", "Order"),
      (#""a {"#, #""b {"#, "Order"), ("var price: Int", "var price: Int; var count = 1", "Order"),
      ("Hashable", "Equatable", "Order"), ("func more()", "private func more()", "Order"),
      ("@MainActor", "@available(*, deprecated)", "Order"), ("-> Int\n", "-> Int8\n", "helper"),
      ("let limit = 5", "let limit = 6", "limit"), ("let limit", "let other", "limit other"),
    ])
  func seen(old: String, new: String, names: String) throws {
    #expect(try changes(old, new) == Set(names.split(separator: " ").map(String.init)))
  }

  @Test("is not made of text whose braces do not match", arguments: ["struct A {", "struct A { } }", "}"])
  func unbalanced(text: String) { #expect(SourceSketch(Array(text.utf8)) == nil) }

  @Test(
    "ends whatever the text is",
    arguments: [
      "\"", "\"\"\"", "#\"", "\"\\(", "/*", "/* /*", "\"\\", "#", "\\(", ")))", "\"\\(a\n", "#\"\"\"\\#(",
    ])
  func incomplete(text: String) { _ = SourceSketch(Array(text.utf8)) }
}
