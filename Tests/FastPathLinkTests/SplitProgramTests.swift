import FastPathLink
import FastPathPlan
import Foundation
import Testing

@Suite("A program of Swift that is linked against stubs and a library of its own objects")
struct SplitProgramTests {
  private static let sources = [
    "Main": """
    @main struct Main {
      static func main() async throws {
        let dog: Dog = Puppy()
        print(dog.name(), dog is any Animal, (dog as Any) is any Hashable, Box<Point>.self == boxType())
        print(paths() == [\\Point.x, \\Point.sum, \\Dog.weight], Set(paths() + [\\Point.x, \\Point.sum]).count)
        print(opaque(), type(of: opaque()), shared, shared, replaced(), made)
        print(try decode(encode(Point(x: 3))), hidden(), _typeByName("4Main5PointV") ?? "none")
        print(await counter.add(2), await counter.add(3), Set([Key(), Key()]).count)
        do { try fail() } catch let error as Failure { print("caught", error) }
      }
    }
    """,
    "Types": """
    import Foundation
    protocol Animal: AnyObject { func name() -> String }
    extension Animal { func twice() -> String { name() + name() } }
    class Dog: Animal { var weight = 1; func name() -> String { "dog" } }
    struct Point: Codable, Hashable { var x = 1; var sum: Int { x + secret }; private var secret = 5; init(x: Int) { self.x = x } }
    struct Box<T> { var value: T }
    func paths() -> [AnyKeyPath] { [\\Point.x, \\Point.sum, \\Dog.weight] }
    func boxType() -> Any.Type { Box<Point>.self }
    func encode(_ point: Point) throws -> Data { try JSONEncoder().encode(point) }
    private struct Same: CustomStringConvertible { var description: String { "types" } }
    func hidden() -> [String] { ["\\(Same())", other()] }
    dynamic func replaced() -> String { "original" }
    """,
    "More": """
    import Foundation
    class Puppy: Dog { override func name() -> String { "puppy of " + super.name() } }
    func opaque() -> some Collection<Int> { [1, 2].map { $0 * 2 } }
    nonisolated(unsafe) var made = 0
    let shared: Int = { made += 1; return made }()
    func decode(_ data: Data) throws -> Point { try JSONDecoder().decode(Point.self, from: data) }
    private struct Same: CustomStringConvertible { var description: String { "more" } }
    func other() -> String { "\\(Same())" }
    @_dynamicReplacement(for: replaced()) func replacement() -> String { "new " + replaced() }
    """,
    "Actors": """
    actor Counter { var n = 0; func add(_ k: Int) -> Int { n += k; return n } }
    let counter = Counter()
    struct Key: Hashable { var point = Point(x: 2); var kind = Kind.b("x") }
    enum Kind: Hashable { case a, b(String) }
    enum Failure: Error { case one(Point) }
    func fail() throws { throw Failure.one(Point(x: 9)) }
    """,
  ]

  /// Compiles the sources, and returns the linker's command for the objects.
  private func compile(_ toolchain: Toolchain) throws -> (words: [String], objects: [String]) {
    for (name, text) in Self.sources { try toolchain.write(text, to: name + ".swift") }
    let names = Self.sources.keys.sorted()
    try toolchain.run(
      ["swiftc", "-c", "-g", "-Onone", "-enable-testing", "-parse-as-library", "-swift-version", "5"]
        + ["-module-name", "Main"] + names.map { $0 + ".swift" })
    let objects = names.map { toolchain.path($0 + ".o") }
    let printed = try toolchain.run(
      ["swiftc", "-driver-print-jobs", "-emit-executable", "-use-ld=lld", "-o", toolchain.path("full")]
        + objects)
    let link = try LinkJobs(
      printed.split(separator: "\n").map(String.init), Overlay(directory: toolchain.directory))
    try toolchain.run(link.autolink)
    let lines = try toolchain.run(LinkerCommand.query(link.link)).split(separator: "\n").map(String.init)
    return (try #require(LinkerCommand(lines, request: 0) { $0 }).words, objects)
  }

  private func dynamicNames(_ toolchain: Toolchain, _ name: String) throws -> Set<String> {
    let symbols = try toolchain.symbols(name)
    return Set(
      symbols.globals.map {
        "\(String(decoding: symbols.name(of: $0), as: UTF8.self)) \($0.isDefined) \($0.type) \($0.binding)"
      })
  }

  @Test("prints the same, with every choice of objects")
  func split() throws {
    let toolchain = try Toolchain()
    let (words, objects) = try compile(toolchain)
    try toolchain.run(words)
    let expected = try toolchain.run(["./full"])
    #expect(expected.contains("puppy of dog"))

    let invocation = try #require(LinkerInvocation(words))
    let paths = Set(invocation.libraries).compactMap { name in
      invocation.candidates(for: name).first(where: FileManager.default.fileExists).map { (name, $0) }
    }
    let libraries = try paths.map { name, path in
      (name, elf(Array(try Data(contentsOf: URL(filePath: path)))).flatMap { StubSet.Library($0) })
    }
    var set = StubSet(count: libraries.count)
    for path in invocation.files {
      let file = elf(Array(try Data(contentsOf: URL(filePath: path))))
      if let symbols = file.flatMap({ ElfSymbols($0) }) { set.add(symbols) }
    }
    _ = set.complete(from: libraries.map(\.1))
    var stubs: [String: String] = [:]
    for (stub, library) in zip(set.stubs, libraries) {
      guard let stub else { continue }
      try toolchain.write(stub.bytes, to: "stub-\(library.0).so")
      stubs[library.0] = toolchain.path("stub-\(library.0).so")
    }
    #expect(stubs["swiftCore"] != nil && stubs["c"] == nil)
    let command = FastLinkCommand(
      invocation, objects: Dictionary(uniqueKeysWithValues: zip(objects, objects)), stubs: stubs)
    let directory = toolchain.directory

    try toolchain.run(command.program(toolchain.path("stubs"), cold: nil, directory: directory))
    #expect(try toolchain.run(["./stubs"]) == expected)
    let names = (try dynamicNames(toolchain, "stubs"), try dynamicNames(toolchain, "full"))
    #expect(names.0 == names.1)

    let all = try objects.map { ObjectSymbols(try toolchain.symbols($0.lastName)) }
    let main = ElfSymbols.Key(invocation.mainSymbol.utf8)
    let mainObject = try #require(all.firstIndex { $0.exported.contains(main) })
    for choice in 0..<(1 << objects.count) - 1 {
      let hot = Set(objects.indices.filter { choice >> $0 & 1 == 1 } + [mainObject])
      let split = try #require(HotColdSplit(all, hot: hot))
      let cold = Set(objects.indices.filter { !split.hot.contains($0) }.map { objects[$0] })
      if cold.isEmpty { continue }
      try toolchain.run(
        command.coldLibrary(toolchain.path("cold.so"), name: "cold.so", cold: cold, directory: directory))
      try toolchain.run(
        command.program(
          toolchain.path("split"), cold: (cold, toolchain.path("cold.so")), directory: directory))
      #expect(try toolchain.run(["./split"]) == expected, "hot: \(split.hot)")
    }
  }
}
