import Testing
import TestTraits

extension EndToEnd {
  @Suite("the fast path, where a module sees another through a third", .long)
  struct SeveralModulesTests {
    private let targets = [
      ".target(name: \"Low\")", ".target(name: \"Middle\", dependencies: [\"Low\"])",
      ".executableTarget(name: \"App\", dependencies: [\"Middle\"])",
    ]
    private let low = "Sources/Low/Low.swift"
    private let middle = "Sources/Middle/Middle.swift"
    private let other = "Sources/Middle/Other.swift"

    /// Returns these sources, and one more beside each, because SwiftPM compiles a single source of a module
    /// in another way.
    private func files(low: String, middle: String, other: String = "", app: String) -> [String: String] {
      [
        self.low: low, "Sources/Low/More.swift": "func more() {}\n", self.middle: middle, self.other: other,
        "Sources/App/App.swift": app, "Sources/App/More.swift": "func more() {}\n",
      ]
    }

    @Test("follows types that are inferred, which no text names")
    func inferred() throws {
      try withPackage { package in
        func low(_ type: String, _ value: String) -> String {
          "public func low() -> \(type) { \(value) }\n"
        }
        func other(_ type: String, _ value: String) -> String {
          "func other() -> \(type) { \(value) }\n"
        }
        func middle(_ opaque: String) -> String {
          """
          import Low
          public let x = low()
          public struct S { public var low = Low.low(); public var other = Middle.other(); public init() {} }
          public func opaque() -> some Equatable { \(opaque) }

          """
        }
        let program = try SmallProgram(
          package, targets: targets,
          files(
            low: low("Int", "1"), middle: middle("1"), other: other("Int", "1"),
            app: SmallProgram.app(
              "x, type(of: x), S(), MemoryLayout<S>.size, S().other, opaque(), MemoryLayout.size(ofValue: opaque())",
              imports: "Middle")), prints: "1 Int S(low: 1, other: 1) 16 1 1 8")
        try program.save(
          [self.low: low("Double", "1.5")], prints: "1.5 Double S(low: 1.5, other: 1) 16 1 1 8")
        try program.save([self.low: low("Int", "1")], prints: "1 Int S(low: 1, other: 1) 16 1 1 8")
        try program.save(
          [self.low: low("String", "\"s\"")], prints: "s String S(low: \"s\", other: 1) 24 1 1 8")
        try program.save(
          [self.other: other("Bool", "true")], prints: "s String S(low: \"s\", other: true) 17 true 1 8")
        try program.save(
          [self.low: low("Int8", "2")], prints: "2 Int8 S(low: 2, other: true) 2 true 1 8")
        try program.save(
          [self.middle: middle("\"text\"")], prints: "2 Int8 S(low: 2, other: true) 2 true text 16")
        // The source has its first text again, but the other files are new.
        try program.save(
          [self.low: low("Double", "1.5")], prints: "1.5 Double S(low: 1.5, other: true) 9 true text 16")
        try program.save(
          [self.other: other("Int", "1")], prints: "1.5 Double S(low: 1.5, other: 1) 16 1 text 16")
        try program.save([self.middle: middle("1")], prints: "1.5 Double S(low: 1.5, other: 1) 16 1 1 8")
        try program.expectClean(prints: "1.5 Double S(low: 1.5, other: 1) 16 1 1 8")
      }
    }

    @Test("follows bodies that are compiled into others, also into those of a third module")
    func inlined() throws {
      try withPackage { package in
        func low(_ number: Int) -> String {
          """
          @_transparent public func transparent() -> Int { \(number) }
          @inlinable public func inlinable() -> Int { \(number) }
          @_alwaysEmitIntoClient public func emitted() -> Int { \(number) }

          """
        }
        func middle(_ number: Int) -> String {
          """
          import Low
          @_transparent public func middle() -> Int { transparent() + \(number) }
          @inlinable public func inlined() -> Int { inlinable() + \(number) }
          public func called() -> Int { emitted() }

          """
        }
        let program = try SmallProgram(
          package, targets: targets,
          files(
            low: low(1), middle: middle(10),
            app: SmallProgram.app("middle(), inlined(), called()", imports: "Middle")),
          prints: "11 11 1")
        try program.save([self.low: low(2)], prints: "12 12 2")
        try program.save([self.middle: middle(20)], prints: "22 22 2")
        try program.save([self.low: low(1)], prints: "21 21 1")
        try program.save([self.middle: middle(10)], prints: "11 11 1")
        try program.save([self.low: low(3), self.middle: middle(30)], prints: "33 33 3")
        try program.expectClean(prints: "33 33 3")
      }
    }

    @Test("follows a layout through a module that exports another: swift#89636")
    func exported() throws {
      try withPackage { package in
        func low(_ fields: String) -> String {
          "public struct Erased { public var a = 1; \(fields) public init() {} }\n"
        }
        let program = try SmallProgram(
          package, targets: targets,
          files(
            low: low(""), middle: "@_exported import Low\n",
            app: "import Middle\nstruct Holder { var erased = Erased(); var tail = 7 }\n"
              + SmallProgram.app("MemoryLayout<Holder>.size, Holder().tail")), prints: "16 7")
        try program.save([self.low: low("private var p = \"p\";")], prints: "32 7")
        try program.save([self.low: low("")], prints: "16 7")
        try program.save([self.low: low("private var p = 1, q: UInt8 = 2;")], prints: "32 7")
        try program.save([self.low: low("private var p: UInt8 = 1;")], prints: "24 7")
        try program.expectClean(prints: "24 7")
      }
    }

    @Test(
      "follows a layout through a module that returns it, and an interface that it calls: SwiftPM#10502, swift#85717"
    )
    func returned() throws {
      try withPackage { package in
        func low(_ fields: String, _ values: String, label: String = "_") -> String {
          """
          public struct Shape: Hashable, Sendable {
            public let name: String; \(fields)
            public init(_ name: String) { self.name = name\(values) }
          }
          public enum Registry {
            public static let all = [Shape("x")]
            public static func count(\(label) add: Int = 0) -> Int { all.count + add }
          }

          """
        }
        let middle = """
          import Low
          public func first() -> Shape { Registry.all[0] }
          public struct Wrap: Hashable { public var shape = first(); public var tail = 5; public init() {} }
          public func count() -> Int { Registry.count(1) }

          """
        let program = try SmallProgram(
          package, targets: targets,
          files(
            low: low("", ""), middle: middle,
            app: SmallProgram.app(
              "first().name, Wrap().tail, Wrap() == Wrap(), MemoryLayout<Wrap>.size, count()",
              imports: "Middle")),
          prints: "x 5 true 24 2")
        try program.save([self.low: low("let c: Int", "; c = 3")], prints: "x 5 true 32 2")
        try program.save([self.low: low("", "")], prints: "x 5 true 24 2")
        try program.save([self.low: low("let c: Int, d: [Int]", "; c = 3; d = []")], prints: "x 5 true 40 2")
        try program.save(
          [self.low: low("", "", label: "by")],
          fails: "missing argument label 'by:' in call")
        let fixed = middle.replacing("count(1)", with: "count(by: 1)")
        try program.save([self.middle: fixed], prints: "x 5 true 24 2")
        try program.save([self.low: low("", ""), self.middle: middle], prints: "x 5 true 24 2")
        try program.expectClean(prints: "x 5 true 24 2")
      }
    }
  }
}
