import FastPathPlan
import Glibc
import Posix
import Testing
import WatchingTestSupport

@testable import FastPathRun

@Suite("What a program is made of besides Swift sources")
struct OtherInputsTests {
  private let directory = TemporaryDirectory()

  @Test("is all that is in a directory which is copied whole, but nothing behind links")
  func directories() throws {
    try FileSystem.makeDirectories(directory["r/deep"])
    try FileSystem.makeDirectories(directory["elsewhere"])
    for name in ["r/a", "r/deep/b", "elsewhere/c"] { try FileSystem.write("", to: directory[name]) }
    symlink(directory["elsewhere"], directory["r/link"])
    #expect(
      Set(filesBelow([directory["r/"], directory["single"]])) == [
        directory["r/"], directory["r/a"], directory["r/deep/"], directory["r/deep/b"], directory["r/link"],
        directory["single"],
      ])
    // Without a slash at its end it is a file to SwiftPM.
    #expect(filesBelow([directory["r"]]) == [directory["r"]])
  }

  @Test("is the choice of a toolchain, in the package and in all directories above it")
  func toolchain() {
    let files = toolchainChoice(root: "/a/b")
    #expect(
      files.isSuperset(of: ["/a/b/.swift-version", "/a/.tool-versions", "/.swift-version", "/a/b/mise.toml"]))
    #expect(files.contains { $0.hasSuffix("/config.json") })
    #expect(!files.contains { $0.hasPrefix("//") })
  }
}
