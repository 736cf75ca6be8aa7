import FastPathLink
import Foundation
import Testing

@Suite("What an object asks the linker for")
struct AutolinkEntriesTests {
  /// Compiles `source`. Returns the object, and the libraries that the toolchain's own program finds in it.
  private func compile(_ source: String) throws -> (object: [UInt8], libraries: String) {
    let directory = FileManager.default.temporaryDirectory.appending(path: "autolink-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Data(source.utf8).write(to: directory.appending(path: "a.swift"))
    for command in [
      ["swiftc", "-c", "a.swift", "-o", "a.o"], ["swift-autolink-extract", "a.o", "-o", "list"],
    ] {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = command
      process.currentDirectoryURL = directory
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
    return (
      Array(try Data(contentsOf: directory.appending(path: "a.o"))),
      try String(contentsOf: directory.appending(path: "list"), encoding: .utf8)
    )
  }

  private func entries(_ object: [UInt8]) -> [UInt8]? {
    elf(object).flatMap(autolinkEntries)
  }

  @Test(
    "is what swift-autolink-extract finds",
    arguments: ["let a = 1", "import Glibc\nprint(getpid())", "import Foundation\nprint(UUID())"])
  func found(source: String) throws {
    let (object, libraries) = try compile(source)
    let words = try #require(entries(object)).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    #expect(!words.isEmpty)
    // The toolchain's program names each library once.
    #expect(Set(words) == Set(libraries.split(separator: "\n").map(String.init)))
  }

  @Test("is nothing where there is no such section, and unknown where the file is something else, or cut off")
  func absent() throws {
    let (object, _) = try compile("let a = 1")
    var renamed = object
    let name = Array(".swift1_autolink_entries\0".utf8)
    for index in object.indices where object[index...].starts(with: name) {
      renamed[index] = UInt8(ascii: "-")
    }
    #expect(entries(renamed) == [])
    #expect(entries(Array("#!/bin/sh".utf8)) == nil)
    #expect(entries([]) == nil)
    for count in [20, 63, 64, object.count / 2, object.count - 1] {
      #expect(entries(Array(object.prefix(count))) == nil)
    }
  }
}
