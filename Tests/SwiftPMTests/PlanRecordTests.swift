import Foundation
import Testing

@testable import SwiftPM

/// The fixture has llbuild's tables in pages of 1024 bytes, so that its few rows need trees of two levels.
let planFixture = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../Fixtures/BuildDatabase/build.db").standardized.path

@Suite("What SwiftPM's build database says of its plan")
struct PlanRecordTests {
  private func record(_ bytes: [UInt8]) -> PlanRecord? {
    PlanRecord { offset, count in Array(bytes.dropFirst(offset).prefix(count)) }
  }

  private func fixture() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: planFixture))) }

  @Test("is the signature of the plan, and how often it was run")
  func read() throws {
    #expect(record(try fixture()) == PlanRecord(signature: 8_117_899_892_139_391_989, runs: 4))
  }

  @Test("is nothing in another file, and in one that ends early")
  func otherFiles() throws {
    let bytes = try fixture()
    #expect(record([]) == nil)
    #expect(record(Array("no database".utf8)) == nil)
    #expect(record([UInt8](repeating: 0xFF, count: 4096)) == nil)
    for count in stride(from: 0, to: 3 * 1024, by: 7) { #expect(record(Array(bytes.prefix(count))) == nil) }
  }

  @Test("is nothing in a database with other tables")
  func otherTables() throws {
    var bytes = try fixture()
    let name = Array("signature INTEGER".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
    bytes[place] = UInt8(ascii: "S")
    #expect(record(bytes) == nil)
  }

  @Test("is something or nothing in a damaged database, but nothing worse")
  func damaged() throws {
    let bytes = try fixture()
    for place in bytes.indices {
      for value in [0x7F, 0xFF] as [UInt8] {
        var damaged = bytes
        damaged[place] = value
        _ = record(damaged)
      }
    }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var damaged = bytes
      for _ in 0..<20 {
        damaged[Int.random(in: 0..<2048, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = record(damaged)
    }
  }

  @Test("tells that a build failed before there was a plan: it has run for that only")
  func failedPlan() {
    let before = PlanRecord(signature: 1, runs: 4)
    #expect(!PlanRecord(signature: 1, runs: 5).isPlanned(after: before))
    #expect(PlanRecord(signature: 1, runs: 6).isPlanned(after: before))
    #expect(PlanRecord(signature: 1, runs: 2).isPlanned(after: nil))
    _ = PlanRecord(signature: 1, runs: .min).isPlanned(after: PlanRecord(signature: 1, runs: .max))
  }
}
