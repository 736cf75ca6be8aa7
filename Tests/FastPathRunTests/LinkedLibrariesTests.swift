import FastPathLink
import Posix
import Testing
import WatchingTestSupport

@testable import FastPathRun

@Suite("The libraries that are made for one link")
struct LinkedLibrariesTests {
  private let directory = TemporaryDirectory()

  @Test("are known by their names")
  func names() {
    #expect(LinkedLibraries.isOfOneLink(LinkedLibraries.cold(0xABC)))
    #expect(LinkedLibraries.isOfOneLink(LinkedLibraries.ast("App", 7)))
    #expect(!LinkedLibraries.isOfOneLink("libhotreload-1f.so"))  // of the dependencies
    #expect(LinkedLibraries.number(ofAst: LinkedLibraries.ast("My-App", 12)) == 12)
    #expect(LinkedLibraries.number(ofAst: LinkedLibraries.cold(12)) == nil)
    #expect(LinkedLibraries.cold(1) != LinkedLibraries.cold(2))
  }

  @Test("those of dependencies are removed unless they are used, and the others are kept")
  func dependencies() throws {
    for name in [
      "libhotreload-1.so", "libhotreload-2.so", LinkedLibraries.cold(1), LinkedLibraries.ast("App", 1),
      "other.so",
    ] {
      try FileSystem.write("", to: directory[name])
    }
    DependencyLibrary.removeAll(in: directory.path, but: [directory["libhotreload-1.so"]])
    #expect(
      Set(FileSystem.names(in: directory.path))
        == ["libhotreload-1.so", LinkedLibraries.cold(1), LinkedLibraries.ast("App", 1), "other.so"])
  }

  @Test("are removed if neither the next program nor a kept one asks for them")
  func unneeded() throws {
    try FileSystem.makeDirectories(directory["overlay"])
    let names = [
      LinkedLibraries.cold(1), LinkedLibraries.cold(2), LinkedLibraries.ast("App", 1), "libhotreload-1.so",
    ]
    for name in names { try FileSystem.write("", to: directory["overlay/\(name)"]) }
    LinkedLibraries.removeUnneeded(
      in: directory["overlay"], but: [directory["overlay/\(names[0])"]], program: directory["App"])
    #expect(Set(FileSystem.names(in: directory["overlay"])) == [names[0], names[3]])
  }

  @Test("stay as long as a kept program is being written, which may ask for any")
  func unfinished() throws {
    try FileSystem.makeDirectories(directory["overlay"])
    try FileSystem.write("", to: directory["overlay/\(LinkedLibraries.cold(1))"])
    try FileSystem.write("half an ELF file", to: directory[".App.hotreload-1-1"])
    LinkedLibraries.removeUnneeded(in: directory["overlay"], but: [], program: directory["App"])
    #expect(FileSystem.names(in: directory["overlay"]) == [LinkedLibraries.cold(1)])
  }
}
