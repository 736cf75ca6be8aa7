/// The sources of a program in three modules and a dependency, as they are after some edits. What it prints depends on
/// all of them.
struct EditedProgram: Equatable {
  /// A feature that an edit changes. Its value is a number from 0 to 2 whose meaning is in ``files``.
  enum Feature: CaseIterable {
    case body, inlinable, returnType, fields, conformance, dependencyConformance, overload, localOverload,
      defaultValue
    case opaqueType, cases, global, globalOrder, override, privateLayout, generic, accessor, nested, library
    case fileName, newFile, mistake, warning
  }

  private var values: [Feature: Int] = [:]

  subscript(_ feature: Feature) -> Int {
    get { values[feature, default: 0] }
    set { values[feature] = newValue }
  }

  /// Whether it cannot be compiled.
  var isBroken: Bool { self[.mistake] != 0 }

  private func either(_ feature: Feature, _ texts: String...) -> String { texts[self[feature]] }

  static let manifest = """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
      name: "Edited", dependencies: [.package(url: "../Dependency", from: "1.0.0")],
      targets: [
        .target(name: "CLow"),
        .target(name: "Low", dependencies: ["CLow", .product(name: "Dependency", package: "Dependency")]),
        .target(name: "Middle", dependencies: ["Low"]),
        .executableTarget(
          name: "App", dependencies: ["Low", "Middle", .product(name: "Dependency", package: "Dependency")],
          resources: [.copy("data.txt")]),
      ])

    """

  /// The dependency, which is never edited.
  static let dependency = [
    "Package.swift": """
    // swift-tools-version: 6.1
    import PackageDescription

    let package = Package(
      name: "Dependency", products: [.library(name: "Dependency", targets: ["Dependency"])],
      targets: [.target(name: "Dependency")])

    """,
    "Sources/Dependency/Dependency.swift": """
    public protocol Named { var name: String { get } }
    extension Int: Named { public var name: String { "number \\(self)" } }
    public func nameOf<T>(_ value: T) -> String { (value as? any Named)?.name ?? "nameless \\(T.self)" }
    public func labels<T>(_ value: T) -> String { Mirror(reflecting: value).children.map { $0.label ?? "-" }.joined(separator: ",") }
    open class Base { public init() {}; open func hello() -> String { "base" }; public func twice() -> String { hello() + hello() } }
    public struct Box<Value> { public var value: Value; public init(_ value: Value) { self.value = value } }
    @MainActor public var counter = 0

    """,
  ]

  /// The texts by their path in the package.
  var files: [String: String] {
    alwaysThere.merging([reportName: report]) { $1 }.merging(
      self[.newFile] == 0
        ? [:]
        : [
          "Sources/Low/New.swift":
            "extension Kind: CustomStringConvertible { public var description: String { \"\(self[.newFile])\" } }\n"
        ]
    ) { $1 }
  }

  private var reportName: String {
    "Sources/App/" + either(.fileName, "Report.swift", "Account.swift", "Reports/Report.swift")
  }

  private var alwaysThere: [String: String] {
    [
      "Sources/CLow/include/CLow.h": "int low(void);\n",
      "Sources/CLow/low.c": "#include \"CLow.h\"\nint low(void) { return 3; }\n",
      "Sources/App/data.txt": "data\n",
      "Sources/Low/Shapes.swift": """
      import CLow
      import Dependency
      public struct Shape: Equatable {
        public var width = 1\(self[.body])
      \(either(.fields, "", "  public var height = 2.5", "  public var label = \"n\"\n  var hidden: [Int]? = nil"))
        public init() {}
        public var area: \(either(.accessor, "Int { width }", "Int { get { width + 1 } set { width = newValue } }", "Double { Double(width) / 2 }"))
      }
      public enum Kind: String, CaseIterable { case one\(either(.cases, "", ", two", ", two, three")) }
      \(either(.warning, "", "func unused() { let x = 1 }", "@available(*, deprecated) func old() {}\nfunc useOld() { var y = 2; old() }"))
      public func body() -> Int { Int(low()) + \(self[.body]) }
      @inlinable public func inlined(_ x: Int) -> Int { x * \(self[.inlinable] + 2) }
      public func value() -> \(either(.returnType, "Int { 7 }", "Double { 7.5 }", "String { \"seven\" }"))
      public func withDefault(_ x: Int = 1\(self[.defaultValue])) -> Int { x }

      """,
      "Sources/Low/Generic.swift": """
      import Dependency
      \(either(.conformance, "", "extension Shape: CustomStringConvertible { public var description: String { \"S\\(width)\" } }", "extension Shape: CustomDebugStringConvertible { public var debugDescription: String { \"D\\(width)\" } }"))
      \(either(.dependencyConformance, "", "extension Shape: Named { public var name: String { \"shape\" } }", "extension Kind: Named { public var name: String { \"kind\" } }"))
      public func pick<T>(_ x: T) -> String { "generic \\(x)" }
      \(either(.overload, "", "public func pick(_ x: Int) -> String { \"int \\(x)\" }", "public func pick<T: BinaryInteger>(_ x: T) -> String { \"integer \\(x)\" }"))
      \(either(.globalOrder, "\(level)\n\(grade)", "\(grade)\n\(level)", "\(level); public let between = 1\n\(grade)"))
      public struct Pair<A, B> { public var a: A; public var b: B; public init(_ a: A, _ b: B) { self.a = a; self.b = b }
        @inlinable public func map<C>(_ f: (A) -> C) -> Pair<C, B> { Pair<C, B>(f(a), b) }
        \(either(.generic, "", "public var sum: String { \"\\(a)+\\(b)\" }", "public var sum: Int { MemoryLayout<A>.size }"))
      }
      extension Pair { \(either(.generic, "public var sum: String { \"none\" }", "", "")) }

      """,
      "Sources/Middle/Middle.swift": """
      import Low
      public func hidden() -> some Equatable & Sendable { \(either(.opaqueType, "1", "\"text\"", "[1.5]")) }
      public func middle() -> String { "\\(inlined(body())) \\(value()) \\(pick(3)) \\(Shape()) \\(withDefault())" }
      \(self[.mistake] == 1 ? "public func broken() -> Int { \"text\" }" : "")

      """,
      "Sources/Middle/Extra.swift": """
      import Low
      extension Shape { public struct Inner { \(either(.nested, "public var x = 1", "public var y = 2.0; public var z = 3", "var s = \"s\"")); public init() {} } }
      public func sizes() -> String { "\\(MemoryLayout<Shape>.size) \\(MemoryLayout<Shape.Inner>.size) \\(Kind.allCases)" }

      """,
      "Sources/App/App.swift": """
      import Dependency
      import Foundation
      import Low
      import Middle
      @main struct App {
        static func main() {
          counter += 1
          let shape = Shape()
          print(
            "result:", middle(), sizes(), tell(5), level, shape.area, Derived().twice(), nameOf(shape), nameOf(Kind.one),
            nameOf(3), labels(shape), labels(Shape.Inner()), Pair(1, "b").map { $0 + 1 }.sum, Box(shape).value == Shape(),
            grade, secret(), library(), type(of: hidden()), counter, (shape as Any) is any CustomStringConvertible,
            Bundle.module.path(forResource: "data", ofType: "txt") != nil, String(reflecting: Box(Kind.one)))
        }
      }

      """,
    ]
  }

  private var level: String { "public let level = \(either(.global, "1", "body() + 1", "inlined(5)"))" }
  private var grade: String { "public let grade = level + 1" }

  private var report: String {
    """
    import Dependency
    \(either(.library, "", "import Synchronization", "import Foundation\nimport FoundationNetworking"))
    func library() -> String { \(either(.library, "\"none\"", "\"\\(Mutex(4).withLock { $0 })\"", "URLRequest(url: URL(filePath: \"/\")).httpMethod ?? \"\"")) }
    func tell<T>(_ x: T) -> String { "tell \\(x)" }
    \(either(.localOverload, "", "func tell(_ x: Int) -> String { \"tell int \\(x)\" }", "func tell(_ x: Double) -> String { \"tell double \\(x)\" }"))
    class Derived: Base { \(either(.override, "", "override func hello() -> String { \"derived\" }", "var more = 1; override func hello() -> String { super.hello() + \"+\" }")) }
    private struct Secret { \(either(.privateLayout, "var a = 1", "var a = 1; var b = \"b\"", "enum A { case x, y }; var a = A.y")) }
    func secret() -> String { "\\(Secret()) \\(MemoryLayout<Secret>.size)" }
    \(self[.mistake] == 2 ? "let unfinished = undefined" : "")

    """
  }
}
