import RandomNumbers

/// The sources of a program in three modules, as they are after some edits. Every state can be compiled.
struct RandomSources: Equatable {
  /// A feature that an edit changes. Its value is a number from 0 to 2 whose meaning is in ``files``.
  enum Feature: CaseIterable {
    case body, comment, layout, privateField, accessor, initialValue, nested, cases, requirement, conformance
    case overload, generic, global, inferred, defaultValue, alias, operation, method, override, access, member
    case opaque, inlinable, privateFunction, returnType, newSource, subscripting, constraint
  }

  private var values: [Feature: Int] = [:]

  subscript(_ feature: Feature) -> Int {
    get { values[feature, default: 0] }
    set { values[feature] = newValue }
  }

  /// Changes one or two features.
  mutating func edit(_ random: inout SplitMix64) {
    for _ in 0...Int.random(in: 0...1, using: &random) {
      let feature = Feature.allCases.randomElement(using: &random) ?? .body
      self[feature] = (self[feature] + Int.random(in: 1...2, using: &random)) % 3
    }
  }

  private func either(_ feature: Feature, _ texts: String...) -> String { texts[self[feature]] }

  /// The modules, each after those that it imports.
  static let modules = ["Low", "Middle", "App"]

  /// The texts by `<module>/<name>`. No two names are the same.
  var files: [String: String] {
    var files = low.merging(middle) { $1 }.merging(app) { $1 }
    if self[.newSource] == 1 { files["Low/New.swift"] = "extension Shape { public var new: Int { 1 } }\n" }
    if self[.newSource] == 2 {
      files["Low/New.swift"] = "func loose() {}\nextension Kind { var new: Int { 2 } }\n"
    }
    return files
  }

  private var low: [String: String] {
    [
      "Low/Shapes.swift": """
      \(either(.comment, "", "// A comment.", "/* Another */"))
      public struct Shape: Hashable, Sendable {
        public var width = \(either(.initialValue, "1", "2", "1 + 2"))
        \(either(.layout, "", "public var height = 2.5", "public var label = \"n\", depth = 1"))
        \(either(.privateField, "", "private var hidden = 1", "private var hidden: [Int] = []"))
        public init() {}
        public var area: Int \(either(.accessor, "{ width }", "{ get { width + 1 } set { width = newValue } }", "{ width * 2 }"))
        public subscript(_ index: \(either(.subscripting, "Int", "Int8", "UInt"))) -> Int { Int(index) }
      }
      """,
      "Low/Kinds.swift": """
      public enum Kind: String, CaseIterable, Sendable { case one\(either(.cases, "", ", two", ", two, three")) }
      \(either(.privateFunction, "", "private func own() -> Int { 1 }", "private func own() -> Int { 2 }\nprivate struct Own {}"))
      """,
      "Low/Protocols.swift": """
      public protocol Named { var name: String { get }\(either(.requirement, "", "; var size: Int { get }", "; func twice() -> String")) }
      extension Named {
        public var name: String { "name" }
        public var size: Int { 1 }
        public func twice() -> String { name + name }
      }
      public func pick<T>(_ x: T) -> String { "generic \\(x)" }
      \(either(.overload, "", "public func pick(_ x: Int) -> String { \"int \\(x)\" }", "public func pick<T: BinaryInteger>(_ x: T) -> String { \"integer \\(x)\" }"))
      """,
      "Low/Values.swift": """
      public func value() -> \(either(.returnType, "Int { 7 }", "Double { 7.5 }", "String { \"seven\" }"))
      public let global = \(either(.global, "1", "\"g\"", "value()"))
      public typealias Count = \(either(.alias, "Int", "Int32", "Double"))
      public func withDefault(_ x: Int = \(self[.defaultValue])) -> Int { x + \(self[.body]) }
      infix operator +++: \(either(.operation, "AdditionPrecedence", "MultiplicationPrecedence", "AdditionPrecedence"))
      public func +++ (a: Int, b: Int) -> Int { \(either(.operation, "a + b", "a + b", "a - b")) }
      """,
      "Low/Inlined.swift": """
      @inlinable public func inlined() -> Int { \(self[.inlinable]) }
      """,
      "Low/Classes.swift": """
      open class Base {
        public init() {}
        \(either(.method, "", "open func more() {}", "public final func more() {}\n  open var other: Int { 1 }"))
        open func hello() -> String { "base" }
      }
      \(either(.access, "func hidden() -> Int { 1 }", "public func hidden() -> Int { 1 }", "private func hidden() -> Int { 1 }"))
      """,
    ]
  }

  private var middle: [String: String] {
    [
      "Middle/Middle.swift": """
      import Low
      public let inferred = \(either(.inferred, "value()", "global", "Shape()"))
      public struct Holder { public var value = Low.value(); public var shape = Shape(); public init() {} }
      public func opaque() -> some Hashable & Sendable { \(either(.opaque, "1", "2 + 1", "Int(\"3\")!")) }
      """,
      "Middle/Extra.swift": """
      import Low
      extension Shape { public struct Inner { \(either(.nested, "public var x = 1", "public var y = 2.0, z = 3", "var s = \"s\"")); public init() {} } }
      \(either(.conformance, "", "extension Shape: Named {}", "extension Kind: Named {}"))
      """,
      "Middle/Calls.swift": """
      import Low
      public func calls() -> String { "\\(withDefault()) \\(pick(3)) \\(2 +++ 3 * 4) \\(inlined()) \\(Kind.allCases)" }
      public func constrained<T\(either(.constraint, "", ": Hashable", ": Sendable"))>(_ x: T) -> String { "\\(x)" }
      """,
    ]
  }

  private var app: [String: String] {
    [
      "App/App.swift": """
      import Low
      import Middle
      @main struct App {
        static func main() {
          print(calls(), report(), uses(), Derived().hello(), type(of: opaque()), MemoryLayout<Holder>.size, inferred)
        }
      }
      """,
      "App/Report.swift": """
      import Low
      import Middle
      func report() -> String { "\\(Shape().area) \\(Holder().value) \\(MemoryLayout<Shape.Inner>.size) \\(constrained(1))" }
      """,
      "App/Uses.swift": """
      import Low
      struct Own { var count: Count = 1; var global = Low.global\(either(.member, "", "; static let one = 1", "; func one() {}")) }
      func uses() -> String { "\\(Own()) \\(MemoryLayout<Own>.size) \\((Shape() as Any) is any Named) \\(Shape()[1]) \\(Kind(rawValue: "one")!)" }
      """,
      "App/Derived.swift": """
      import Low
      class Derived: Base { \(either(.override, "", "override func hello() -> String { \"derived\" }", "var more2 = 1")) }
      """,
    ]
  }
}
