import Foundation
import Handoff
import Testing

// The tests run one after the other, because the last process to end removes the shared directory.
@Suite("The runtime directory", .serialized)
struct RuntimeDirectoryTests {
  @Test("in a directory of any length, with a runtime directory of any length", arguments: 50...62)
  func longPaths(length: Int) throws {
    let directory = "/tmp/" + String(UUID().uuidString.filter { $0 != "-" }.prefix(16))
    let runtime = directory + "/" + String(repeating: "r", count: length - directory.utf8.count - 1)
    try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    chmod(runtime, 0o700)
    let project = "/" + String(repeating: "p", count: 300) + "/\(length)"
    let made = try RuntimeDirectory(project: project, owner: getpid(), usersDirectory: runtime)
    #expect(made.socketPath.utf8.count <= 107)
    made.remove()
  }
}
