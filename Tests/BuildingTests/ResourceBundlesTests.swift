import Building
import Posix
import Testing
import WatchingTestSupport

@Suite("The resources beside a program")
struct ResourceBundlesTests {
  private let directory = TemporaryDirectory()

  private func write(_ text: String, to name: String) throws {
    try FileSystem.makeDirectories(directory[name].parentPath)
    FileSystem.awaitTick()
    try FileSystem.write(text, to: directory[name])
  }

  @Test("are others if one is changed, renamed, added or removed")
  func changes() throws {
    var bundles = ResourceBundles(directory: directory.path)
    var prints = [bundles.fingerprint()]
    try write("one", to: "p_App.resources/a/text")
    prints.append(bundles.fingerprint())
    try write("two", to: "p_App.resources/a/text")
    prints.append(bundles.fingerprint())
    try FileSystem.move(directory["p_App.resources/a/text"], to: directory["p_App.resources/a/other"])
    prints.append(bundles.fingerprint())
    try write("two", to: "p_Other.resources/text")
    prints.append(bundles.fingerprint())
    #expect(Set(prints).count == prints.count)
    FileSystem.removeAll(directory["p_Other.resources"])
    #expect(bundles.fingerprint() == prints[3])
  }

  @Test("are the same if one is written again as it was")
  func rewritten() throws {
    try write("one", to: "p_App.resources/text")
    var bundles = ResourceBundles(directory: directory.path)
    let print = bundles.fingerprint()
    try write("one", to: "p_App.resources/text")
    #expect(bundles.fingerprint() == print)
    var fresh = ResourceBundles(directory: directory.path)
    #expect(fresh.fingerprint() == print)
  }

  @Test("are in the directories that SwiftPM makes for them, and nowhere else")
  func others() throws {
    try write("one", to: "p_App.resources/text")
    var bundles = ResourceBundles(directory: directory.path)
    let print = bundles.fingerprint()
    try write("two", to: "App.build/output")
    try write("three", to: "App")
    #expect(bundles.fingerprint() == print)
  }
}
