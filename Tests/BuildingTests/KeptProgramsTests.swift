import Building
import Foundation
import Posix
import Testing

@Suite("Kept programs")
final class KeptProgramsTests {
  private let directory = NSTemporaryDirectory() + "kept-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Links as gold does, into a new file.
  private func link(_ content: String) throws {
    try? FileManager.default.removeItem(atPath: directory + "/App")
    try content.write(toFile: directory + "/App", atomically: false, encoding: .utf8)
  }

  private func content(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test("outlive the next build")
  func outlive() throws {
    let programs = KeptPrograms(directory: directory, product: "App")
    try link("one")
    let first = try programs.keep()
    try link("two")
    let second = try programs.keep()
    #expect(try content(first) == "one")
    #expect(try content(second) == "two")
    programs.discardAll()
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["App"])
  }

  @Test("are one where the content is the same, also of an older one")
  func same() throws {
    let programs = KeptPrograms(directory: directory, product: "App")
    try link("one")
    let first = try programs.keep()
    try link("two")
    _ = try programs.keep()
    try link("one")
    #expect(try programs.keep() == first)
  }

  @Test("are copies where the linker writes into the old file")
  func inPlace() throws {
    let programs = KeptPrograms(directory: directory, product: "App")
    try link("one")
    _ = try programs.keep()
    func overwrite(_ text: String) throws {
      let file = try #require(FileHandle(forWritingAtPath: directory + "/App"))
      try file.truncate(atOffset: 0)
      try file.write(contentsOf: Data(text.utf8))
      try file.close()
    }
    try overwrite("second")
    let second = try programs.keep()
    try overwrite("third!!")
    let third = try programs.keep()
    #expect(try content(second) == "second")
    #expect(try content(third) == "third!!")
  }

  @Test("are removed with what a killed linker has left of one")
  func unfinished() throws {
    let programs = KeptPrograms(directory: directory, product: "App")
    try link("one")
    _ = try programs.keep()
    try "".write(toFile: programs.linkOutputPath + ".tmp1234567", atomically: false, encoding: .utf8)
    programs.discardAll()
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["App"])
  }

  @Test("those of a killed hotreload are removed by the next one")
  func leftovers() throws {
    let killed = try Process.run(URL(filePath: "/bin/true"), arguments: [])
    killed.waitUntilExit()
    try "".write(
      toFile: "\(directory)/.App.hotreload-\(killed.processIdentifier)-1", atomically: false, encoding: .utf8)
    try "".write(toFile: "\(directory)/.App.hotreload-\(getppid())-1", atomically: false, encoding: .utf8)
    _ = KeptPrograms(directory: directory, product: "App")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory) == [".App.hotreload-\(getppid())-1"])
  }

  @Test("are others where only the resources beside them are")
  func resources() throws {
    let programs = KeptPrograms(directory: directory, product: "App")
    try FileManager.default.createDirectory(
      atPath: directory + "/p_App.resources", withIntermediateDirectories: true)
    func write(_ text: String) throws {
      try text.write(toFile: directory + "/p_App.resources/page", atomically: true, encoding: .utf8)
    }
    try link("one")
    try write("first")
    let first = try programs.keep()
    #expect(try programs.keep() == first)
    try write("second")
    let second = try programs.keep()
    #expect(second != first)
    // An older program with the resources of then is not the one that is wanted now, and is there again.
    try write("first")
    #expect(try programs.keep() == first)
  }

  @Test("are copies from the start where a build writes into the file of a program that runs")
  func overwritten() throws {
    let programs = KeptPrograms(directory: directory, product: "App", isOverwritten: true)
    try link("one")
    let kept = try programs.keep()
    let identifiers = try [kept, directory + "/App"].map {
      try FileManager.default.attributesOfItem(atPath: $0)[.systemFileNumber] as? UInt64
    }
    #expect(identifiers[0] != identifiers[1])
  }

  @Test("are removed one by one, and no other files by that")
  func discarded() throws {
    let programs = KeptPrograms(directory: directory, product: "App")
    try link("one")
    let first = try programs.keep()
    try link("two")
    let second = try programs.keep()
    programs.discard(first)
    programs.discard(directory + "/App")
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: directory)) == [
        "App", String(second.dropFirst(directory.count + 1)),
      ])
    programs.discardKept()
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["App"])
  }

  @Test("two tables do not take one another's names")
  func twoTables() throws {
    try link("one")
    let first = try KeptPrograms(directory: directory, product: "App").keep()
    try link("two")
    let second = try KeptPrograms(directory: directory, product: "App").keep()
    #expect(try content(first) == "one" && content(second) == "two")
  }

  @Test("cannot be made of a program that is not there")
  func missing() throws {
    let programs = KeptPrograms(directory: directory, product: "App")
    let error = try #require(throws: SystemError.self) { _ = try programs.keep() }
    #expect(error.code == ENOENT && error.subject == directory + "/App")
  }
}
