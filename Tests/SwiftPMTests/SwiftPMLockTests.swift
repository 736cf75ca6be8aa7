import SwiftPM
import Foundation
import Posix
import Testing

@Suite("The lock of SwiftPM")
struct SwiftPMLockTests {
  @Test(
    "has the name of the scratch directory, as SwiftPM itself writes it",
    arguments: [".build", "a:b/.build", "link/.build", String(repeating: "é", count: 100) + "/ü/.build"])
  func name(scratch: String) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "lock-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileSystem.makeDirectories("\(directory)/locks")
    try FileSystem.makeDirectories("\(directory)/\(scratch == "link/.build" ? "place" : scratch.parentPath)")
    symlink("\(directory)/place", "\(directory)/link")
    try FileSystem.write("// swift-tools-version: 6.0\n", to: directory + "/Package.swift")

    let swift = Process()
    swift.executableURL = URL(filePath: "/usr/bin/env")
    swift.arguments = [
      "swift", "package", "--package-path", directory, "--scratch-path", "\(directory)/\(scratch)", "clean",
    ]
    swift.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": directory + "/locks"]) { $1 }
    swift.standardError = FileHandle.nullDevice
    try swift.run()
    swift.waitUntilExit()
    #expect(FileSystem.names(in: directory + "/locks").contains(SwiftPMLock.name("\(directory)/\(scratch)")))
  }
}
