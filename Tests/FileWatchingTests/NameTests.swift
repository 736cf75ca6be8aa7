internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

@Suite struct NameTests {
  let project = Project()

  /// Saves a file in `Sources` whose name are these bytes.
  private func save(_ name: [UInt8]) {
    let path = (Array(project[""].utf8) + name + [0]).map(CChar.init(bitPattern:))
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    _ = Glibc.write(file, "1", 1)
    Files.close(file)
  }

  @Test(
    "a file whose name is not UTF-8 is left alone, and does not disturb the others", arguments: [false, true])
  func notUTF8(polls: Bool) throws {
    // "ä.swift" in Latin 1, and a name that would be too long if its bytes were replaced by three each.
    let names = [[0xE4] + Array(".swift".utf8), Array(repeating: 0xCF, count: 90)]
    names.forEach(save)
    let watcher = try project.watch(WatchOptions(polls: polls))
    names.forEach(save)
    Files.save(project["a.swift"], "1")
    #expect(try watcher.pollAndDrain() == [project["a.swift"]])
    names.forEach(save)
    #expect(try watcher.pollAndDrain() == [])
    try watcher.update(rules: project.rules)
    #expect(try watcher.pollAndDrain() == [])
  }
}
