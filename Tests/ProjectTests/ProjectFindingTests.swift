import Building
import Posix
import Project
import Settings
import Testing
import WatchingTestSupport

@Suite("The project of a command line")
struct ProjectFindingTests {
  private let directory = TemporaryDirectory()
  private let root: String

  init() throws {
    root = try #require(FileSystem.realPath(directory.path)) + "/package"
    try FileSystem.makeDirectories(root + "/Sources/App")
    try FileSystem.write("// swift-tools-version: 6.1\n", to: root + "/Package.swift")
  }

  private func project(
    _ path: String, config: String? = nil, _ given: [Invocation.Given] = []
  ) throws -> Project {
    var invocation = Invocation()
    (invocation.packagePath, invocation.configPath, invocation.given) = (path, config, given)
    return try Project(invocation)
  }

  private func settings(_ text: String, in directory: String) throws {
    try FileSystem.write(text, to: directory + "/.reload.toml")
  }

  @Test("is the package above the directory, with the nearest settings in it")
  func nearest() throws {
    let plain = try project(root + "/Sources/App")
    #expect(plain.root == root && plain.settingsFile == root + "/.reload.toml" && plain.service == nil)
    try settings("[swap]\nprobation = \"2s\"\n", in: root)
    #expect(try project(root + "/Sources/App").settings.duration(.probation) == .seconds(2))
    try settings("[swap]\nprobation = \"3s\"\n", in: root + "/Sources")
    let inner = try project(root + "/Sources/App")
    #expect(inner.root == root && inner.settings.duration(.probation) == .seconds(3))
    // Those above the package are another package's.
    FileSystem.remove(root + "/.reload.toml")
    try settings("[swap]\nprobation = \"4s\"\n", in: root.parentPath)
    #expect(try project(root).settings.duration(.probation) == .seconds(1))
  }

  @Test("can have its settings in another file, whose paths are relative to it")
  func config() throws {
    try FileSystem.makeDirectories(root.parentPath + "/config")
    let file = root.parentPath + "/config/mine.toml"
    try FileSystem.write("[run]\ndirectory = \"../data\"\nenv-files = [\".env\", \"/etc/env\"]\n", to: file)
    let project = try project(root, config: file)
    #expect(project.root == root && project.settingsFile == file)
    #expect(project.settings.string(.directory) == root.parentPath + "/data")
    #expect(project.settings.strings(.environmentFiles) == [root.parentPath + "/config/.env", "/etc/env"])
  }

  @Test("is refused where it is not, with what was given")
  func refused() throws {
    for path in [root + "/none", root + "/Package.swift"] {
      let error = try #require(throws: UsageFailure.self) { try project(path) }
      #expect(error.description.hasPrefix("'\(path)' is not a directory"))
    }
    let error = try #require(throws: UsageFailure.self) { try project(root, config: root + "/none.toml") }
    #expect(error.description.contains("'\(root)/none.toml'"))
    let empty = TemporaryDirectory()
    #expect(throws: UsageFailure.self) { try project(empty.path) }
  }

  @Test("need not be a package, if its settings say what to run")
  func noPackage() throws {
    let other = TemporaryDirectory()
    let place = try #require(FileSystem.realPath(other.path))
    try FileSystem.makeDirectories(place + "/src")
    try settings("[build]\ncommand = \"make\"\n[run]\ncommand = \"./server\"\n", in: place)
    let project = try project(place + "/src")
    #expect(project.root == place && project.buildCommand == .shell("make"))
    try settings("[run]\ncommand = \"./server\"\n", in: place)
    #expect(try self.project(place).buildCommand == .arguments(["true"]))
  }

  @Test("has lists put together that are given more than once, in place of those of the file")
  func lists() throws {
    try settings("[run]\narguments = [\"file\"]\n[watch]\nexclude = [\"file\"]\n", in: root)
    let given = [
      Invocation.Given(.runArguments, .strings(["one"]), option: "--argument"),
      Invocation.Given(.runArguments, .strings(["two"]), option: "--argument"),
      Invocation.Given(.environment, .table([.init("A", "1")]), option: "--environment"),
      Invocation.Given(.environment, .table([.init("A", "2")]), option: "--environment"),
      Invocation.Given(.probation, .duration(.seconds(2)), option: "--probation"),
      Invocation.Given(.probation, .duration(.seconds(3)), option: "--probation"),
    ]
    let settings = try project(root, given).settings
    #expect(settings.strings(.runArguments) == ["one", "two"])
    #expect(settings.table(.environment) == [.init("A", "1"), .init("A", "2")])
    #expect(settings.duration(.probation) == .seconds(3))
    #expect(settings.strings(.exclude) == ["file"])
  }

  @Test("has several services, of which the command line may name one")
  func services() throws {
    try settings(
      "[[service]]\nname = \"api\"\n[service.run]\nproduct = \"API\"\n[[service]]\nname = \"worker\"\n",
      in: root)
    let all = try project(root).services()
    #expect(all.map(\.service) == ["api", "worker"])
    #expect(all.map { $0.runnable.product } == ["API", "worker"])
    #expect(Set(all.map(\.lockName)).count == 2)
    func named(_ name: String) throws -> [Project] {
      try project(root, [Invocation.Given(.product, .string(name), option: "<product>")]).services()
    }
    #expect(try named("api").map { $0.runnable.product } == ["API"])
    let error = try #require(throws: UsageFailure.self) { try named("wroker") }
    #expect(error.description.contains("'wroker'") && error.description.contains("Did you mean 'worker'?"))
  }
}
