import Foundation
import Posix
import RandomNumbers
import Testing
import TestTraits

extension EndToEnd {
  /// `LONG_TESTS=1 FAST_PATH_SEQUENCES=50 swift test --filter Differential` runs the first 50, `FAST_PATH_SEQUENCES=51-60` others.
  /// `FAST_PATH_BUILD_SYSTEM=swiftbuild` takes that build system in place of the native one.
  @Suite("a program built by the fast path", .long)
  struct DifferentialTests {
    static let seeds: ClosedRange<UInt64> = {
      let bounds = (ProcessInfo.processInfo.environment["FAST_PATH_SEQUENCES"] ?? "").split(separator: "-")
        .compactMap { UInt64($0) }
      return (bounds.count > 1 ? bounds[0] : 1)...(bounds.last ?? 1)
    }()

    @Test("prints what one by swift build prints, after any edits", arguments: seeds)
    func sameProgram(seed: UInt64) throws {
      try withPackage { package in
        let reference = try ReferenceBuild(package)
        if let system = ProcessInfo.processInfo.environment["FAST_PATH_BUILD_SYSTEM"] {
          try package.replace(
            package.root + "/.reload.toml", "build.arguments = [\"--build-system\", \"\(system)\"]\n")
        }
        let hotReload = try package.hotReload(["run", "--verbose", "App"])
        _ = try hotReload.nextBuild()
        try hotReload.await("fast builds are ready")
        var result = ReferenceBuild.comparable(try hotReload.output.await("result: "))
        #expect(try reference.build().outcome == .printed(result))

        var random = SplitMix64(seed: seed)
        var program = EditedProgram()
        var fastBuilds = 0
        var shown = (errors: 0, warnings: 0)
        var warned = 0
        for step in 1...12 {
          let before = program
          for _ in 0...Int.random(in: 0...1, using: &random) { program.edit(&random) }
          if program.files == before.files { continue }
          try reference.save(program)
          try package.replace(before.files, by: program.files)
          let line = try hotReload.nextBuild()
          let isFast = line.contains("(fast)")
          if isFast { fastBuilds += 1 }
          let comment = Comment(rawValue: "seed \(seed), step \(step): \(program)")
          let built = try reference.build()
          let warnings = hotReload.errors.lines(with: ": warning: ")
          switch built.outcome {
          case .printed(let expected):
            #expect(line.contains("] built in"), comment)
            if !line.contains("the program is the same") {
              result = ReferenceBuild.comparable(try hotReload.output.await("result: "))
            }
            #expect(result == expected, comment)
            // These sources are compiled in both ways. Each way may compile others too.
            let changed = Set(program.files.filter { before.files[$0.key] != $0.value }.keys)
            let expectedWarnings = ReferenceBuild.comparable(warnings: built.warnings, in: changed)
            let newWarnings = ReferenceBuild.comparable(
              warnings: warnings.dropFirst(shown.warnings), in: changed)
            #expect(newWarnings == expectedWarnings, comment)
            warned += expectedWarnings.count
            if !isFast { try hotReload.await("fast builds are ready") }
          case .failed(let errors):
            #expect(line.contains("build failed"), "\(comment), \(errors)")
            #expect(!errors.isEmpty, comment)
            let lines = hotReload.errors.lines(with: ": error: ")
            #expect(ReferenceBuild.comparable(errors: lines.dropFirst(shown.errors)) == errors, comment)
            shown.errors = lines.count
          }
          shown.warnings = warnings.count
        }
        #expect(fastBuilds > 0)
        #expect(warned > 0 || seed != 1)
        // SwiftPM continues from its last build, and a clean build has the same result.
        program[.mistake] = 0
        try reference.save(program)
        try package.replace([:], by: program.files)
        try hotReload.process.signal(SIGINT)
        _ = try hotReload.process.awaitEnd()
        let own = try ReferenceBuild.build(package.root, package.environment()).outcome
        guard case .printed = own else { throw NotBuilt(outcome: own) }
        #expect(try reference.build().outcome == own)
        try FileManager.default.removeItem(atPath: reference.root + "/.build")
        #expect(try reference.build().outcome == own)
      }
    }
  }
}

extension RunningHotReload {
  /// Returns the result of the next build.
  fileprivate func nextBuild() throws -> String {
    while true {
      let line = try self.await("[hotreload] buil")
      if !line.contains("] building") { return line }
    }
  }
}

private struct NotBuilt: Error { let outcome: ReferenceBuild.Outcome }

extension TemporaryPackage {
  fileprivate func replace(_ before: [String: String], by files: [String: String]) throws {
    for (path, text) in files where before[path] != text {
      let directory = URL(filePath: "\(root)/\(path)").deletingLastPathComponent()
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try replace("\(root)/\(path)", text)
    }
    for path in before.keys where files[path] == nil { unlink("\(root)/\(path)") }
  }
}

extension EditedProgram {
  /// Changes a feature, or repairs a broken source.
  fileprivate mutating func edit(_ random: inout SplitMix64) {
    let feature = isBroken ? .mistake : Feature.allCases.randomElement(using: &random) ?? .body
    self[feature] = (self[feature] + Int.random(in: 1...2, using: &random)) % 3
  }
}
