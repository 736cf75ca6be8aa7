import FastPathLink
import FastPathPlan
import Glibc
import Posix
import Testing
import WatchingTestSupport

@testable import FastPathRun

@Suite("The objects that the fast path has made")
struct ObjectStoreTests {
  private let directory = TemporaryDirectory()
  private var objects: String { directory["objects"] }

  /// Writes an object as a compiler does, and remembers it.
  private func compile(
    _ source: String, text: UInt64 = 1, printed: [String] = [], in store: ObjectStore, inUse: Set<String> = []
  ) throws -> Compilation.Object {
    let paths = store.paths(for: source)
    try FileSystem.write("object", to: paths.object)
    try FileSystem.write("dependencies", to: paths.dependencies)
    let object = Compilation.Object(
      source: source, text: text, compilerHash: 2, externals: 3, inputHash: 4, path: paths.object,
      dependencies: paths.dependencies, printed: printed)
    store.remember([object], inUse: inUse)
    return object
  }

  @Test("are known to the next process, with what the compiler has said")
  func index() throws {
    let first = try ObjectStore(directory: objects)
    let one = try compile("/p/a b.swift", printed: ["/p/a b.swift:1:1: warning: one", "  two"], in: first)
    let two = try compile("/p/c.swift", text: .max, in: first)
    #expect(try ObjectStore(directory: objects).remembered.objects == [one, two])
  }

  @Test("have a file each, which no other compilation writes into")
  func paths() throws {
    let stores = [try ObjectStore(directory: objects), try ObjectStore(directory: objects)]
    let paths = (stores + stores).map { $0.paths(for: "/p/a.swift") }
    #expect(Set(paths.flatMap { [$0.object, $0.dependencies] }).count == 8)
  }

  @Test(
    "are not what a killed compiler has left, which is removed, and neither are those without their files")
  func leftovers() throws {
    let first = try ObjectStore(directory: objects)
    let kept = try compile("/p/a.swift", in: first)
    let broken = try compile("/p/b.swift", in: first)
    try FileSystem.write("half", to: first.paths(for: "/p/c.swift").object)
    FileSystem.remove(broken.dependencies)
    #expect(try ObjectStore(directory: objects).remembered.objects == [kept])
    #expect(Set(FileSystem.names(in: objects)) == [kept.path.lastName, kept.dependencies.lastName, "index"])
  }

  @Test("are forgotten where another is made of the same input, but stay there as long as they are in use")
  func replaced() throws {
    let store = try ObjectStore(directory: objects)
    let first = try compile("/p/a.swift", in: store)
    let second = try compile("/p/a.swift", in: store, inUse: [first.path])
    #expect(store.remembered.objects == [second])
    #expect(FileSystem.exists(first.path))
    let third = try compile("/p/a.swift", in: store)
    #expect(store.remembered.objects == [third])
    #expect(!FileSystem.exists(second.path) && FileSystem.exists(third.path))
  }

  @Test("are only those in its directory, and none once all are forgotten")
  func others() throws {
    let store = try ObjectStore(directory: objects)
    let outside = Compilation.Object(
      source: "/p/a.swift", text: 1, compilerHash: 2, path: directory["a.o"],
      dependencies: directory["a.swiftdeps"])
    store.remember([outside], inUse: [])
    #expect(store.remembered.objects == [])
    let object = try compile("/p/a.swift", in: store)
    store.forgetAll()
    #expect(store.remembered.objects == [])
    #expect(FileSystem.exists(object.path))  // a link may be reading it
    #expect(try ObjectStore(directory: objects).remembered.objects == [])
  }

  @Test("are none where the index is not understood")
  func notUnderstood() throws {
    try FileSystem.makeDirectories(objects)
    try FileSystem.write(
      "/p/a.swift\tx\t2\t3\t4\ta.o\ta.swiftdeps\n\n/p/b.swift\t1\t2\t3\t4\t../b.o\tb\n",
      to: objects + "/index")
    #expect(try ObjectStore(directory: objects).remembered.objects == [])
  }
}
