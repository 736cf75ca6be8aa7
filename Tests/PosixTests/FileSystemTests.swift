import Glibc
import Posix
import Testing
import WatchingTestSupport

@Suite("The file system")
struct FileSystemTests {
  private let directory = TemporaryDirectory()

  @Test("tells a file that was changed, or replaced by an older one, from what it was")
  func identities() throws {
    let (file, other) = (directory["file"], directory["other"])
    try FileSystem.write("one", to: other)
    try FileSystem.write("two", to: file)
    let (identity, stamp) = (FileSystem.identity(file), FileSystem.Stamp(file))
    #expect(identity != nil && FileSystem.identity(file) == identity && FileSystem.Stamp(file) == stamp)
    FileSystem.awaitTick()
    try FileSystem.write("2nd", to: file)
    #expect(FileSystem.identity(file) != identity)
    #expect(FileSystem.identity(file)?.inode == identity?.inode)
    // A rename keeps the time of the last modification.
    let second = FileSystem.Stamp(file)
    try FileSystem.link(file, to: directory["kept"])
    FileSystem.awaitTick()
    try FileSystem.move(other, to: file)
    try FileSystem.move(directory["kept"], to: file)
    #expect(FileSystem.Stamp(file) != second)
    #expect(FileSystem.identity(directory["none"]) == nil && FileSystem.Stamp(directory["none"]) == nil)
  }

  @Test("copies a file with its permissions, to where nothing is")
  func copy() throws {
    let (file, copy) = (directory["file"], directory["copy"])
    try FileSystem.write(String(repeating: "content ", count: 50_000), to: file)
    chmod(file, 0o750)
    try FileSystem.copy(file, to: copy)
    #expect(FileSystem.haveSameContent(file, copy))
    #expect(FileSystem.identity(copy)?.inode != FileSystem.identity(file)?.inode)
    #expect(FileSystem.isExecutable(copy))
    let error = try #require(throws: SystemError.self) { try FileSystem.copy(file, to: copy) }
    #expect(error.code == EEXIST && error.subject == copy)
  }

  @Test("compares contents, of files of one length too, and of empty ones")
  func sameContent() throws {
    for (name, text) in [("a", "one"), ("b", "two"), ("c", ""), ("d", ""), ("e", "one")] {
      try FileSystem.write(text, to: directory[name])
    }
    #expect(FileSystem.haveSameContent(directory["a"], directory["e"]))
    #expect(!FileSystem.haveSameContent(directory["a"], directory["b"]))
    #expect(FileSystem.haveSameContent(directory["c"], directory["d"]))
    #expect(!FileSystem.haveSameContent(directory["c"], directory["a"]))
    #expect(!FileSystem.haveSameContent(directory["a"], directory["none"]))
  }

  @Test("removes a tree, but nothing that a link in it leads to")
  func removeAll() throws {
    try FileSystem.makeDirectories(directory["tree/deep/deeper"])
    try FileSystem.makeDirectories(directory["kept"])
    try FileSystem.write("", to: directory["kept/file"])
    try FileSystem.write("", to: directory["tree/deep/file"])
    symlink(directory["kept"], directory["tree/link"])
    FileSystem.removeAll(directory["tree"])
    #expect(FileSystem.names(in: directory.path) == ["kept"])
    #expect(FileSystem.names(in: directory["kept"]) == ["file"])
  }

  @Test("makes directories that are private, and knows which are not")
  func privateDirectories() throws {
    try FileSystem.makeDirectories(directory["a/b"])
    #expect(FileSystem.isPrivateDirectory(directory["a"]) && FileSystem.isPrivateDirectory(directory["a/b"]))
    symlink(directory["a"], directory["link"])
    #expect(FileSystem.isDirectory(directory["link"]) && !FileSystem.isPrivateDirectory(directory["link"]))
    chmod(directory["a"], 0o750)
    #expect(!FileSystem.isPrivateDirectory(directory["a"]))
    #expect(!FileSystem.isWritableByOthers(directory["a"]))
    chmod(directory["a"], 0o770)
    #expect(FileSystem.isWritableByOthers(directory["a"]))
    #expect(!FileSystem.isWritableByOthers(directory["none"]))
  }

  @Test("hashes content, and refuses what could be written under a name that is not watched")
  func content() throws {
    let file = directory["file"]
    func hash(_ text: String) throws -> UInt64 {
      try FileSystem.write(text, to: file)
      return try FileSystem.content(file, limit: 100).hash
    }
    #expect(try hash("") == 0)
    #expect(try hash("one") == hash("one"))
    #expect(Set(try ["one", "two", "one\0", "one\0\0\0\0\0"].map(hash)).count == 4)
    func refusal(_ path: String, limit: Int64 = 100) -> CInt? {
      do throws(SystemError) {
        _ = try FileSystem.content(path, limit: limit)
        return nil
      } catch {
        return error.code
      }
    }
    try FileSystem.write("12345", to: file)
    #expect(refusal(file, limit: 4) == EFBIG)
    #expect(refusal(file, limit: 5) == nil)
    symlink(file, directory["link"])
    #expect(refusal(directory["link"]) == ELOOP)
    try FileSystem.link(file, to: directory["second name"])
    #expect(refusal(file) == EMLINK)
    #expect(refusal(directory.path) == EINVAL)
  }

  @Test("knows a program of the machine from a script")
  func programs() throws {
    let script = directory["script"]
    try FileSystem.write("#!/bin/sh\n", to: script)
    #expect(FileSystem.isBinary("/bin/sh") && !FileSystem.isBinary(script))
    #expect(!FileSystem.isExecutable(script))
    chmod(script, 0o700)
    #expect(FileSystem.isExecutable(script))
    #expect(!FileSystem.isExecutable(directory.path))  // a directory may be entered, not executed
    #expect(!FileSystem.isBinary(directory["none"]))
  }

  @Test("knows which files a process has open to write")
  func openFiles() throws {
    try FileSystem.write("", to: directory["read"])
    let written = try Descriptor.open(directory["written"], O_WRONLY | O_CREAT)
    let read = try Descriptor.open(directory["read"], O_RDONLY)
    let open = FileSystem.filesOpenToWrite(by: getpid())
    #expect(open.contains(try #require(FileSystem.FileNumber(directory["written"]))))
    #expect(!open.contains(try #require(FileSystem.FileNumber(directory["read"]))))
    #expect(FileSystem.FileNumber(directory.path) == nil)
    _ = (written.number, read.number)
  }

  @Test("locks a file for one at a time")
  func lock() throws {
    func open() throws -> Descriptor { try Descriptor.open(directory["lock"], O_WRONLY | O_CREAT) }
    let second = try open()
    func lockAndClose() throws {
      let first = try open()
      let (isFirstLocked, isSecondLocked) = (FileSystem.lock(first), FileSystem.lock(second))
      #expect(isFirstLocked && !isSecondLocked)
    }
    try lockAndClose()
    // A child of another test may have the description for a moment.
    while !FileSystem.lock(second) { sched_yield() }
  }
}
