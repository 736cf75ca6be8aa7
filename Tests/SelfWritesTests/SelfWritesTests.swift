import Foundation
import Posix
import Testing

@testable import SelfWrites

@Suite("Files that servers have written")
struct SelfWritesTests {
  private let directory: String
  private let files: SelfWrites
  private let sender: Int32

  init() throws {
    directory =
      URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
      + "/written-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    files = SelfWrites(loop: try EventLoop())
    try files.listen(at: directory + "/socket")
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

  /// Sends the message of a server that closes the file.
  private func tellWritten(_ path: String) throws {
    let file = try #require(FileSystem.identity(path))
    tell("wrote \(file.device) \(file.inode) \(file.size) \(file.modified) \(path)")
  }

  private func save(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  @Test("are known until somebody else writes, moves or removes them")
  func written() throws {
    defer { end() }
    let path = directory + "/a file"
    try save("1", path)
    #expect(!files.has(path))
    try tellWritten(path)
    #expect(files.has(path))
    #expect(files.has(path))
    #expect(rename(path, path + "-2") == 0)
    #expect(!files.has(path))
    #expect(!files.has(path + "-2"))
    #expect(rename(path + "-2", path) == 0)
    #expect(files.has(path))
    try save("12", path)
    #expect(!files.has(path))
    unlink(path)
    #expect(!files.has(path))
  }

  @Test("are known in the last states that they were left in, and by another way to their directory")
  func states() throws {
    defer { end() }
    let path = directory + "/file"
    try save("1", path)
    try tellWritten(path)
    tell("wrote 1 2 3 4 \(path)")
    symlink(directory, directory + "/link")
    #expect(files.has(directory + "/link/file"))
    for number in 1...4 { tell("wrote 1 \(number) 3 4 \(path)") }
    #expect(!files.has(path))
  }

  @Test("but not what a symbolic link leads to: somebody else may have made it")
  func link() throws {
    defer { end() }
    let (path, link) = (directory + "/file", directory + "/link")
    try save("1", path)
    try tellWritten(path)
    symlink(path, link)
    #expect(!files.has(link))
    // The times of the two show which was later.
    let made = try #require(FileSystem.identity(ofLink: link)).modified
    while FileSystem.coarseTime <= made { sched_yield() }
    unlink(path)
    try save("2", path)
    try tellWritten(path)
    #expect(files.has(link))
    unlink(link)
    symlink(path, link)
    #expect(!files.has(link))
    tell("made \(link)")
    #expect(files.has(link))
    #expect(files.has(link))
    unlink(link)
    #expect(!files.has(link))
    symlink(directory, link)
    #expect(!files.has(link))
  }

  @Test("are known while they are gone, and not if they have stayed, or are there again")
  func removed() throws {
    defer { end() }
    let path = directory + "/file"
    tell("removed \(path)")
    #expect(files.has(path))
    #expect(files.has(path))
    tell("removed \(path)")
    tell("kept \(path)")
    #expect(!files.has(path))
    tell("removed \(path)")
    try save("1", path)
    #expect(!files.has(path))
    unlink(path)
    #expect(!files.has(path))
  }

  @Test("are known while they are about to be removed")
  func going() throws {
    defer { end() }
    let path = directory + "/file"
    try save("1", path)
    try tellWritten(path)
    tell("removed \(path)")
    #expect(files.has(path))
    #expect(files.has(path))
    unlink(path)
    #expect(files.has(path))
    try save("2", path)
    #expect(!files.has(path))
    unlink(path)
    #expect(!files.has(path))
  }

  @Test("are known when their directory is gone too, also by another way to it")
  func removedDirectory() throws {
    defer { end() }
    let (real, other) = (directory + "/real", directory + "/other")
    #expect(mkdir(real, 0o777) == 0 && mkdir(real + "/deep", 0o777) == 0 && symlink(real, other) == 0)
    let path = "/deep/file"
    try save("1", real + path)
    try tellWritten(real + path)
    tell("removed \(real + path)")
    unlink(real + path)
    rmdir(real + "/deep")
    #expect(files.has(real + path))
    #expect(files.has(other + path))
  }

  @Test("are remembered, the latest at least, and what is no message is none")
  func memory() throws {
    defer { end() }
    let path = directory + "/file"
    try save("1", path)
    try tellWritten(path)
    for text in ["", "wrote", "wrote 1 2 3 4", "wrote a b c d \(path)", "open 1", "nothing 1"] { tell(text) }
    #expect(files.has(path))
    func tellOthers(_ count: Int) {
      for number in 1...count {
        tell("wrote 0 1 0 0 /\(number)")
        if number % 5 == 0 { _ = files.has("/nothing") }  // there is room for ten
      }
    }
    tellOthers(4000)
    #expect(files.has(path))
    tellOthers(8200)
    #expect(!files.has(path))
  }

  @Test("count as a server's for a moment when they were open at its end")
  func openAtEnd() throws {
    defer { end() }
    let paths = [directory + "/log", directory + "/other"]
    for path in paths { try save("1", path) }
    var status = stat()
    try #require(stat(paths[0], &status) == 0)
    tell("open \(status.st_dev) \(status.st_ino)")
    #expect(files.openAtEnd(among: paths) == [paths[0]])
  }

  @Test("are found in what servers that send no notice have open")
  func open() throws {
    defer { end() }
    let paths = [directory + "/log", directory + "/other"]
    for path in paths { try save("1", path) }
    let file = Glibc.open(paths[0], O_WRONLY | O_CLOEXEC)
    files.started(getpid(), library: "") { [getpid()] }
    #expect(files.open(among: paths) == [paths[0]])
    files.noteOpenFiles()
    #expect(files.openAtEnd(among: paths).isEmpty)
    files.ending(getpid())
    #expect(files.openAtEnd(among: paths).isEmpty)
    close(file)
    #expect(files.open(among: paths).isEmpty)
    #expect(files.openAtEnd(among: paths) == [paths[0]])
    files.ended(getpid())
    #expect(files.openAtEnd(among: paths) == [paths[0]])
    let ended = FileSystem.fineTime
    while FileSystem.coarseTime <= ended { sched_yield() }
    try save("2", paths[0])
    #expect(files.openAtEnd(among: paths).isEmpty)
  }

  @Test("are dropped from what was open at an end a second later")
  func dropped() {
    defer { end() }
    var files = FilesAtExit()
    let (now, file) = (ContinuousClock.now, FileSystem.FileNumber(device: 1, inode: 2))
    files.add([file], until: 5, at: now)
    files.add([file], until: 3, at: now)
    #expect(files.remembered(at: now + .milliseconds(999)) == [file: 5])
    #expect(files.remembered(at: now + .seconds(1)).isEmpty)
  }
}
