import Foundation
import RandomNumbers
import Testing
import TestTraits

@testable import FastPathPlan

/// `FAST_PATH_SEQUENCES=50 swift test --filter DriverTests` runs the first 50, `FAST_PATH_SEQUENCES=51-60` others.
@Suite("The sources that are compiled", .long)
struct DriverTests {
  static let seeds: ClosedRange<UInt64> = {
    let bounds = (ProcessInfo.processInfo.environment["FAST_PATH_SEQUENCES"] ?? "").split(separator: "-")
      .compactMap { UInt64($0) }
    return (bounds.count > 1 ? bounds[0] : 1)...(bounds.last ?? 1)
  }()

  @Test(
    "are all whose objects would be others, and those that swiftc -incremental compiles in the module",
    arguments: seeds)
  func sameSources(seed: UInt64) throws {
    let compiler = try RealCompiler()
    for directory in ["objects", "modules"] { try compiler.makeDirectory(directory) }
    var random = SplitMix64(seed: seed)
    var sources = RandomSources()
    var files = sources.files
    for (path, text) in files { try compiler.write(path, text) }
    var ours = try ModuleBuild(compiler, files)
    let driver = DriverBuild(compiler: compiler, outputs: "driver")
    _ = try driver.build(files)
    var counts: [String: Int] = [:]
    for step in 1...10 {
      let before = files
      sources.edit(&random)
      files = sources.files
      if files == before { continue }
      for (path, text) in files where before[path] != text { try compiler.write(path, text) }
      for path in before.keys where files[path] == nil { try compiler.remove(path) }
      let compiled = try ours.build(files)
      let expected = try driver.build(files)
      let comment: Comment =
        """
        seed \(seed), step \(step), \(Set(files.filter { before[$0.key] != $0.value }.keys).sorted()) changed, \
        compiled \(compiled.sorted()), by the driver \(expected.sorted()), \(sources)
        """
      // The driver is less precise if sources are added or removed, and in importing modules: there it
      // compiles all users of a module in which anything has changed outside of types and bodies.
      let missing = expected.subtracting(compiled)
      if before.keys == files.keys { #expect(missing.filter { $0.hasPrefix("Low/") } == [], comment) }
      let anew = try ours.compileAnew(into: "anew")
      let others = try ours.objects.filter { source, object in
        try compiler.bytes(of: object) != compiler.bytes(of: try #require(anew[source]))
      }
      #expect(others.keys.sorted() == [], comment)
      counts[missing.isEmpty ? compiled == expected ? "equal" : "larger" : "smaller", default: 0] += 1
    }
    print("seed \(seed), compared with the driver's: \(counts)")
  }
}
