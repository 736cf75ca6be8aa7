import Foundation
import Posix
import RandomNumbers
import Testing
import TestTraits

extension EndToEnd {
  @Suite("the fast path, when a build ends early, or in doubt", .long)
  struct InterruptedBuildTests {
    private let targets = [
      ".target(name: \"Low\")", ".executableTarget(name: \"App\", dependencies: [\"Low\"])",
    ]

    @Test(
      "builds what was saved last, however many builds the saves before it have ended",
      arguments: DifferentialTests.seeds)
    func killedJobs(seed: UInt64) throws {
      try withPackage { package in
        // The source is long enough for the compiler to run when the next save comes.
        let long = (1...60).map {
          "private func long\($0)(_ x: [Int]) -> [String] { x.map { \"\\($0 * \($0))\" } }\n"
        }.joined()
        func low(_ values: [Int], _ index: Int) -> String {
          """
          import Foundation
          public struct S\(index) { public var value = \(values[index] % 3 == 0 ? "\(values[index])" : "Float(\(values[index]))"); public init() {} }
          \(long)
          """
        }
        func files(_ values: [Int]) -> [String: String] {
          Dictionary(
            uniqueKeysWithValues: values.indices.map { ("Sources/Low/Low\($0).swift", low(values, $0)) })
        }
        func result(_ values: [Int]) -> String {
          values.map { $0 % 3 == 0 ? "\($0) 8" : "\(Float($0)) 4" }.joined(separator: " ")
        }
        let expressions = (0..<3).map { "S\($0)().value, MemoryLayout<S\($0)>.size" }.joined(separator: ", ")
        var values = [1, 2, 3]
        let program = try SmallProgram(
          package, targets: targets,
          files(values).merging([
            "Sources/App/App.swift": SmallProgram.app(expressions, imports: "Low"),
            "Sources/App/More.swift": "",
          ]) { $1 },
          prints: result(values))
        var random = SplitMix64(seed: seed)
        for round in 1...3 {
          for _ in 1...8 {
            let index = Int.random(in: 0..<3, using: &random)
            values[index] = Int.random(in: 1...6, using: &random)
            try program.replace(["Sources/Low/Low\(index).swift": low(values, index)])
            usleep(.random(in: 0...300_000, using: &random))
          }
          // None of the saves before has printed this.
          values[round - 1] = 100 * round
          try program.replace(["Sources/Low/Low\(round - 1).swift": low(values, round - 1)])
          try program.hotReload.output.await("result: \(result(values))")
        }
        #expect(program.hotReload.errors.lines(with: "falling back to swift build") == [])
        #expect(program.hotReload.errors.lines(with: "(fast)").count >= 3)
        try program.expectClean(prints: result(values))
      }
    }

    @Test(
      "builds everything anew, once, when what dies as corrupt code does was built of parts",
      arguments: [SIGSEGV, SIGILL])
    func crash(signal: Int32) throws {
      try withPackage { package in
        let source = "Sources/App/F.swift"
        let app = "import Glibc\n" + SmallProgram.app("f()")
        let program = try SmallProgram(
          package, targets: [".executableTarget(name: \"App\")"],
          ["Sources/App/App.swift": app, source: "import Glibc\nfunc f() -> Int { 1 }\n"], prints: "1",
          environment: ["SWIFT_BACKTRACE": "enable=no"])
        let marker = package.directory + "/died"
        let anew = "building from scratch, in case the incremental build is to blame"
        func dying(_ type: String, if condition: String) -> String {
          """
          import Glibc
          func f() -> \(type) {
            if \(condition) { creat(\"\(marker)\", 0o600); signal(\(signal), SIG_DFL); raise(\(signal)) }
            return 2
          }

          """
        }
        // Declarations have changed, so the incremental build may have caused the crash. It does not occur
        // after a clean build.
        try program.replace([source: dying("Double", if: "access(\"\(marker)\", F_OK) != 0")])
        try program.hotReload.await("(fast)")
        try program.hotReload.await(anew)
        #expect(try program.hotReload.output.await("result: ") == "result: 2.0")
        try program.hotReload.await("fast builds are ready")
        // The program itself causes the crash, which one more build shows.
        try program.replace([source: dying("Float", if: "true")])
        try program.hotReload.await(anew)
        try program.hotReload.await("fast builds are ready")
        // Only a body has changed.
        try program.replace([source: dying("Float", if: "1 == 1")])
        try program.hotReload.await("(fast)")
        try program.save([source: "import Glibc\nfunc f() -> Float { 3 }\n"], prints: "3.0")
        #expect(program.hotReload.errors.lines(with: anew).count == 2)
        try program.expectClean(prints: "3.0")
      }
    }
  }
}
