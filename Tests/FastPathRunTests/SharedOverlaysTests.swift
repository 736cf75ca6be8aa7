import FastPathPlan
import Posix
import Testing
import WatchingTestSupport

@testable import FastPathRun

@Suite("The overlays of all builders")
struct SharedOverlaysTests {
  private let directory = TemporaryDirectory()

  @Test("are one hotreload's at a time")
  func locked() throws {
    let (ours, others) = (SharedOverlays(), SharedOverlays())
    try ours.lock(directory["a"])
    try ours.lock(directory["a"])
    #expect(throws: FallbackReason.self) { try others.lock(directory["a"]) }
    try others.lock(directory["b"])
  }

  @Test("are removed, if nobody has them")
  func removed() throws {
    let (ours, others) = (SharedOverlays(), SharedOverlays())
    for name in ["a", "b", "c"] {
      try FileSystem.makeDirectories(directory[name])
      try FileSystem.write("", to: directory[name + "/file"])
    }
    try ours.lock(directory["a"])
    try others.lock(directory["b"])
    ours.remove([directory["a"], directory["b"], directory["c"]])
    #expect(FileSystem.exists(directory["a/file"]) && FileSystem.exists(directory["b/file"]))
    #expect(!FileSystem.exists(directory["c"]))
  }

  @Test("have one store of objects each")
  func stores() throws {
    let overlays = SharedOverlays()
    let store = try overlays.store(Overlay(directory: directory["a"]))
    #expect(try overlays.store(Overlay(directory: directory["a"])) === store)
    #expect(try overlays.store(Overlay(directory: directory["b"])) !== store)
    try FileSystem.write("a file", to: directory["file"])
    #expect(throws: FallbackReason.self) { try overlays.store(Overlay(directory: directory["file"])) }
  }

  @Test("share the lock of SwiftPM as long as one of them holds it")
  func swiftPMLock() throws {
    let overlays = SharedOverlays()
    var first = overlays.takeSwiftPMLock(scratch: directory.path)
    var second = overlays.takeSwiftPMLock(scratch: directory.path)
    #expect(first != nil && first === second)
    #expect(SharedOverlays().takeSwiftPMLock(scratch: directory.path) == nil)
    first = nil
    #expect(SharedOverlays().takeSwiftPMLock(scratch: directory.path) == nil)
    second = nil
    // A child of another test may have the description for a moment.
    while SharedOverlays().takeSwiftPMLock(scratch: directory.path) == nil {}
  }
}
