import Foundation
import Posix
import Testing

@testable import Handoff

@Suite("Files that servers have written")
struct WrittenFilesTests {
  private let directory: String
  private let files: WrittenFiles
  private let sender: Int32

  init() throws {
    directory =
      URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
      + "/written-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    files = try WrittenFiles(path: directory + "/socket", loop: EventLoop())
    sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: (directory + "/socket").utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(sender, $0, size) }
    }
    try #require(result == 0)
  }

  private func end() {
    close(sender)
    try? FileManager.default.removeItem(atPath: directory)
  }

  private func tell(_ text: String) { send(sender, text, text.utf8.count, 0) }

  /// What a server tells when it closes the file.
  private func tellWritten(_ path: String) throws {
    let file = try #require(FileSystem.identity(path))
    tell("wrote \(file.device) \(file.inode) \(file.size) \(file.modified)")
  }

  @Test("are known until somebody else writes, moves or removes them")
  func written() throws {
    defer { end() }
    let path = directory + "/file"
    try Data("1".utf8).write(to: URL(filePath: path))
    #expect(!files.has(path))
    try tellWritten(path)
    #expect(files.has(path))
    #expect(files.has(path))
    #expect(rename(path, path + "-2") == 0)
    #expect(!files.has(path))
    #expect(files.has(path + "-2"))
    try Data("12".utf8).write(to: URL(filePath: path + "-2"))
    #expect(!files.has(path + "-2"))
    unlink(path + "-2")
    #expect(!files.has(path + "-2"))
  }

  @Test("are known when they are gone, once, and not if they have stayed")
  func removed() throws {
    defer { end() }
    let path = directory + "/file"
    tell("removed \(path)")
    #expect(files.has(path))
    #expect(!files.has(path))
    tell("removed \(path)")
    tell("kept \(path)")
    #expect(!files.has(path))
    // By another way to it.
    symlink(directory, directory + "/link")
    tell("removed \(path)")
    #expect(files.has(directory + "/link/file"))
  }

  @Test("are remembered, the latest ten thousand at least, and what is no message is none")
  func memory() throws {
    defer { end() }
    let path = directory + "/file"
    try Data("1".utf8).write(to: URL(filePath: path))
    try tellWritten(path)
    for text in ["", "wrote", "wrote 1 2 3", "wrote a b c d", "wrote 1 2 3 4 5", "nothing 1"] { tell(text) }
    #expect(files.has(path))
    for number in 1..<10_000 {
      tell("wrote 0 \(number) 0 0")
      if number % 5 == 0 { _ = files.has("/nothing") }  // there is room for ten
    }
    #expect(files.has(path))
    for number in 1...10_000 {
      tell("wrote 1 \(number) 0 0")
      if number % 5 == 0 { _ = files.has("/nothing") }
    }
    #expect(!files.has(path))
  }
}
