import Testing

@testable import FastPathPlan

@Suite("An object of an importing module")
struct ReuseTests {
  private let low = 0
  private let app = 1
  private let declaring = "/p/Sources/Low/Low.swift"
  private let inferring = "/p/Sources/Low/Sub/Other.swift"
  private let user = "/p/Sources/App/App.swift"

  private let declared = SwiftDependencies(fingerprint: 1, provides: ["f": 1], uses: [])
  private let declaredOtherwise = SwiftDependencies(fingerprint: 1, provides: ["f": 2], uses: [])
  /// `let x = f()`, which reads the same whatever `f` returns.
  private let inferred = SwiftDependencies(fingerprint: 1, provides: ["x": 1], uses: ["f"])
  private let used = SwiftDependencies(fingerprint: 1, provides: ["main": 1], uses: ["x"])

  private func compilation() throws -> Compilation {
    var graph = DependencyGraph()
    _ = graph.update(declaring, declared)
    _ = graph.update(inferring, inferred)
    _ = graph.update(user, used)
    let text = SourceText(Array("0".utf8))
    var objects: [String: Compilation.Object] = [:]
    for source in [declaring, inferring, user] {
      objects[source] = Compilation.Object(
        source: source, text: text.hash, compilerHash: 0, path: source + ".o",
        dependencies: source + ".swiftdeps")
    }
    return Compilation(
      try SampleManifest().plan().modules, graph: graph, texts: objects.mapValues { _ in text },
      objects: objects, compilerHashes: [0, 0])
  }

  private func read(_ object: Compilation.Object) -> SwiftDependencies? {
    [declaring + ".swiftdeps": declared, inferring + ".swiftdeps": inferred, user + ".swiftdeps": used][
      object.dependencies]
  }

  /// Saves a text of `Low.swift`.
  private func save(_ compilation: inout Compilation, _ text: String, _ remembered: RememberedObjects) {
    var changes = SourceChanges()
    changes.texts = [declaring: SourceText(Array(text.utf8))]
    compilation.beginBuild(changes, remembered: remembered, read: read)
    _ = compilation.next(processors: 1)
  }

  private func succeed(
    _ compilation: inout Compilation, _ module: Int, _ source: String, _ dependencies: SwiftDependencies,
    _ remembered: RememberedObjects
  ) {
    let object = Compilation.Object(
      source: source, text: compilation.text(of: source), compilerHash: 0, path: source + ".new.o",
      dependencies: source + ".new.swiftdeps")
    compilation.succeeded(
      Compilation.Batch(module: module, sources: [source], isSpeculative: false), [(object, dependencies)],
      remembered: remembered, read: read)
    _ = compilation.next(processors: 1)
  }

  @Test("is not taken back while a type that it uses is inferred otherwise, and is when that is as it was")
  func inferredType() throws {
    var compilation = try compilation()
    var remembered = RememberedObjects()
    for object in compilation.objects.values { _ = remembered.insert(object) }
    save(&compilation, "1", remembered)
    succeed(&compilation, low, declaring, declaredOtherwise, remembered)
    #expect(compilation.count == 2)
    compilation.emitted(low, hash: 1)
    _ = compilation.next(processors: 1)
    succeed(&compilation, low, inferring, inferred, remembered)
    #expect(compilation.count == 1, "App.swift, though no fingerprint of what it uses has changed")
    compilation.emitted(low, hash: 2)
    _ = compilation.next(processors: 1)
    succeed(&compilation, app, user, used, remembered)
    #expect(compilation.count == 0)
    for object in compilation.confirm() { _ = remembered.insert(object) }
    save(&compilation, "0", remembered)
    #expect(compilation.count == 0)
    #expect(compilation.objects[user]?.path == user + ".o")
  }
}
