import Testing
import TestTraits

extension EndToEnd {
  @Suite("the fast path, within a module", .long)
  struct OneModuleTests {
    private let targets = [".executableTarget(name: \"App\")"]
    private let f = "Sources/App/F.swift"
    private let g = "Sources/App/G.swift"
    private let h = "Sources/App/H.swift"

    private func f(_ type: String, _ value: String) -> String { "func f() -> \(type) { \(value) }\n" }

    @Test("does not forget what was to be compiled when that failed, and the edit was taken back")
    func errors() throws {
      try withPackage { package in
        let g = "func g() -> Int { f() + 1 }\n"
        let fixed = "func g() -> String { f() + \"1\" }\n"
        let program = try SmallProgram(
          package, targets: targets,
          ["Sources/App/App.swift": SmallProgram.app("f(), g()"), self.f: f("Int", "1"), self.g: g],
          prints: "1 2")
        try program.save([self.f: f("String", "\"1\"")], fails: "cannot convert value of type 'String'")
        try program.save([self.f: f("Int", "1")], prints: "1 2")
        try program.save([self.f: f("String", "\"1\"")], fails: "cannot convert value of type 'String'")
        try program.save([self.g: fixed], prints: "1 11")
        try program.save([self.f: f("Int", "1")], fails: "cannot convert value of type 'Int'")
        // An unrelated error.
        try program.save([self.f: "func f() -> Int { undefined }\n"], fails: "cannot find 'undefined'")
        try program.save([self.f: f("Int", "2")], fails: "cannot convert value of type 'Int'")
        try program.save([self.g: g], prints: "2 3")
        try program.expectClean(prints: "2 3")
      }
    }

    @Test("goes back and forth, with other sources changed between")
    func backAndForth() throws {
      try withPackage { package in
        func h(_ more: String) -> String {
          "struct H { var x = f()\(more) }\nfunc h() -> Int { MemoryLayout<H>.size }\n"
        }
        let program = try SmallProgram(
          package, targets: targets,
          [
            "Sources/App/App.swift": SmallProgram.app("f(), g(), h(), H()"), self.f: f("Int", "1"),
            self.g: "func g() -> [String] { [\"\\(f())\"] }\n", self.h: h(""),
          ], prints: "1 [\"1\"] 8 H(x: 1)")
        let text = f("String", "\"s\"")
        try program.save([self.f: text], prints: "s [\"s\"] 16 H(x: \"s\")")
        try program.save([self.h: h("; var y = 1")], prints: "s [\"s\"] 24 H(x: \"s\", y: 1)")
        try program.save([self.f: f("Int", "1")], prints: "1 [\"1\"] 16 H(x: 1, y: 1)")
        try program.save([self.h: h("")], prints: "1 [\"1\"] 8 H(x: 1)")
        try program.save([self.f: text], prints: "s [\"s\"] 16 H(x: \"s\")")
        try program.save(
          [self.f: f("Int", "1"), self.h: h("; var y = 1")], prints: "1 [\"1\"] 16 H(x: 1, y: 1)")
        try program.save([self.f: f("Int", "3"), self.h: h("")], prints: "3 [\"3\"] 8 H(x: 3)")
        try program.expectClean(prints: "3 [\"3\"] 8 H(x: 3)")
      }
    }

    @Test(
      "takes up what a new source changes for others: an overload, a conformance, a name that hides another")
    func newSources() throws {
      try withPackage { package in
        let (new, moved) = ("Sources/App/New.swift", "Sources/App/Deep/Moved.swift")
        func conformance(_ text: String) -> String {
          "extension S: CustomStringConvertible { var description: String { \"\(text)\" } }\n"
        }
        let program = try SmallProgram(
          package, targets: targets,
          [
            "Sources/App/App.swift": SmallProgram.app("f(1), S(), abs(-2)"),
            self.f: "func f<T>(_ x: T) -> String { \"generic\" }\n", self.g: "struct S {}\n",
          ], prints: "generic S() 2")
        let overload = "func f(_ x: Int) -> String { \"int\" }\n"
        try program.save([new: overload], prints: "int S() 2")
        try program.save([new: nil], prints: "generic S() 2")
        try program.save([new: conformance("one")], prints: "generic one 2")
        try program.save([new: conformance("two")], prints: "generic two 2")
        try program.save([new: nil, moved: conformance("two")], prints: "generic two 2")
        try program.save([moved: conformance("three") + overload], prints: "int three 2")
        try program.save(
          [moved: "func abs(_ x: Int) -> String { \"shadow\" }\n"], prints: "generic S() shadow")
        try program.save([moved: nil], prints: "generic S() 2")
        try program.save([self.g: nil, self.h: "struct S { var x = 1 }\n"], prints: "generic S(x: 1) 2")
        try program.save([self.h: "struct S { var x = 2 }\n"], prints: "generic S(x: 2) 2")
        try program.expectClean(prints: "generic S(x: 2) 2")
      }
    }

    @Test("shows a warning again whenever its source is what is built, also without a compiler")
    func warnings() throws {
      try withPackage { package in
        let text = "func f() -> Int { let x = 1; return 1 }\n"
        let program = try SmallProgram(
          package, targets: targets,
          ["Sources/App/App.swift": SmallProgram.app("f()"), self.f: text, self.g: "func g() {}\n"],
          prints: "1")
        for expected in 2...4 {
          try program.save([self.f: f("Int", "2")], prints: "2")
          try program.save([self.f: text], prints: "1")
          let warnings = program.hotReload.errors.lines(with: "F.swift:1:23: warning: ")
          #expect(warnings.count == expected)
        }
      }
    }

    @Test("does not take an object for one that was made of the same when a header was another")
    func header() throws {
      try withPackage { package in
        let header = "Sources/C/include/C.h"
        let with = "import C\nfunc f() -> Int { Int(LOW) }\n"
        let program = try SmallProgram(
          package,
          targets: [".target(name: \"C\")", ".executableTarget(name: \"App\", dependencies: [\"C\"])"],
          [
            "Sources/App/App.swift": SmallProgram.app("f()"), self.f: f("Int", "0"),
            "Sources/C/c.c": "#include \"C.h\"\n",
            header: "#define LOW 3\n",
          ], prints: "0")
        try program.save([self.f: with], prints: "3")
        try program.save([self.f: f("Int", "0")], prints: "0")
        try program.save([header: "#define LOW 4\n"], prints: "0", isFast: false)
        try program.save([self.f: with], prints: "4")
        try program.expectClean(prints: "4")
      }
    }
  }
}
