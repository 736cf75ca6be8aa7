import Testing

@testable import FastPathPlan

@Suite("A compilation")
struct CompilationTests {
  private let low = 0
  private let app = 1
  private let lowSource = "/p/Sources/Low/Low.swift"
  private let otherSource = "/p/Sources/Low/Sub/Other.swift"
  private let appSource = "/p/Sources/App/App.swift"

  /// `Low.swift` declares `f`, which the two others use.
  private func compilation() throws -> Compilation {
    var graph = DependencyGraph()
    _ = graph.update(lowSource, SwiftDependencies(fingerprint: 1, provides: ["f": 1], uses: []))
    _ = graph.update(otherSource, SwiftDependencies(fingerprint: 1, provides: ["g": 1], uses: ["f"]))
    _ = graph.update(appSource, SwiftDependencies(fingerprint: 1, provides: ["main": 1], uses: ["f"]))
    let sources = [lowSource, otherSource, appSource]
    let text = SourceText(Array("0".utf8))
    let objects = sources.map { source in
      (
        source,
        Compilation.Object(
          source: source, text: text.hash, compilerHash: 0, path: source + ".o",
          dependencies: source + ".swiftdeps")
      )
    }
    return Compilation(
      try SampleManifest().plan().modules, graph: graph,
      texts: Dictionary(uniqueKeysWithValues: sources.map { ($0, text) }),
      objects: Dictionary(uniqueKeysWithValues: objects), compilerHashes: [0, 0])
  }

  private func begin(
    _ compilation: inout Compilation, _ texts: [String: String], removed: Set<String> = [],
    added: [String: Int] = [:], remembered: RememberedObjects = RememberedObjects(),
    read: Compilation.Reader = { _ in nil }
  ) {
    var changes = SourceChanges()
    changes.texts = texts.mapValues { SourceText(Array($0.utf8)) }
    (changes.removed, changes.added) = (removed, added)
    compilation.beginBuild(changes, remembered: remembered, read: read)
  }

  private func batch(_ module: Int, _ sources: String..., isSpeculative: Bool = false) -> Compilation.Batch {
    Compilation.Batch(module: module, sources: sources, isSpeculative: isSpeculative)
  }

  private func succeed(
    _ compilation: inout Compilation, _ batch: Compilation.Batch, _ dependencies: [SwiftDependencies]
  ) {
    let results = zip(batch.sources, dependencies).map { source, dependencies in
      (
        Compilation.Object(
          source: source, text: compilation.text(of: source), compilerHash: 0, path: source + ".new.o",
          dependencies: source + ".new.swiftdeps"), dependencies
      )
    }
    compilation.succeeded(batch, results, remembered: RememberedObjects()) { _ in nil }
  }

  private func lowSame() -> SwiftDependencies {
    SwiftDependencies(fingerprint: 1, provides: ["f": 1], uses: [])
  }
  private func lowChanged() -> SwiftDependencies {
    SwiftDependencies(fingerprint: 1, provides: ["f": 2], uses: [])
  }

  @Test("a changed body compiles one source, and drops what else was begun on a free processor")
  func body() throws {
    var compilation = try compilation()
    begin(&compilation, [lowSource: "1"])
    let speculative = batch(low, otherSource, isSpeculative: true)
    #expect(compilation.next(processors: 2) == [.compile(batch(low, lowSource)), .compile(speculative)])
    #expect(compilation.takeUnwanted() == [])
    succeed(&compilation, batch(low, lowSource), [lowSame()])
    #expect(compilation.takeUnwanted() == [.compile(speculative)])
    #expect(compilation.next(processors: 2) == [])
    #expect(compilation.isComplete)
    #expect(compilation.nextIdleInterface == low)
  }

  @Test("does not speculate on one processor, nor after the edit of a body")
  func noSpeculation() throws {
    var compilation = try compilation()
    for (text, processors, count) in [("func f() { 1 }", 1, 1), ("func f() {}", 2, 1), ("func g() {}", 2, 2)]
    {
      begin(&compilation, [lowSource: text])
      #expect(compilation.next(processors: processors).count == count, "\(text)")
      succeed(&compilation, batch(low, lowSource), [lowSame()])
      _ = compilation.takeUnwanted()
      _ = compilation.confirm()
    }
  }

  @Test("a changed declaration compiles its users, and makes the interface before other modules need it")
  func declaration() throws {
    var compilation = try compilation()
    begin(&compilation, [lowSource: "1"])
    _ = compilation.next(processors: 1)
    succeed(&compilation, batch(low, lowSource), [lowChanged()])
    #expect(
      compilation.next(processors: 1) == [.emitModule(low), .compile(batch(low, otherSource))])
    compilation.emitted(low, hash: 7)
    #expect(compilation.next(processors: 1) == [.compile(batch(app, appSource))])
    #expect(!compilation.isComplete)
    succeed(
      &compilation, batch(low, otherSource),
      [SwiftDependencies(fingerprint: 1, provides: ["g": 1], uses: ["f"])])
    succeed(
      &compilation, batch(app, appSource),
      [SwiftDependencies(fingerprint: 1, provides: ["main": 1], uses: ["f"])])
    #expect(compilation.isComplete)
  }

  @Test("after changes in two modules, the interface of the one is made only if it differs")
  func unneededInterface() throws {
    var compilation = try compilation()
    begin(&compilation, [lowSource: "1", appSource: "1"])
    #expect(
      Set(compilation.next(processors: 1)) == [.emitModule(low), .compile(batch(low, lowSource))])
    succeed(&compilation, batch(low, lowSource), [lowSame()])
    #expect(compilation.takeUnwanted() == [.emitModule(low)])
    #expect(compilation.next(processors: 1) == [.compile(batch(app, appSource))])
  }

  @Test("a change of inlinable code waits for the interface, and compiles all if that differs")
  func inlined() throws {
    var compilation = try compilation()
    begin(&compilation, [lowSource: "@inlinable 1"])
    #expect(compilation.next(processors: 1).contains(.emitModule(low)))
    succeed(&compilation, batch(low, lowSource), [lowSame()])
    #expect(!compilation.isComplete)
    compilation.emitted(low, hash: 7)
    #expect(
      compilation.next(processors: 1) == [.compile(batch(low, otherSource)), .compile(batch(app, appSource))])
  }

  @Test("that had errors is taken up by the next one")
  func afterErrors() throws {
    var compilation = try compilation()
    begin(&compilation, [lowSource: "1"])
    _ = compilation.next(processors: 1)
    succeed(&compilation, batch(low, lowSource), [lowChanged()])
    _ = compilation.confirm()
    begin(&compilation, [:])
    #expect(compilation.count == 2)
    #expect(
      compilation.next(processors: 1) == [.emitModule(low), .compile(batch(low, otherSource))])
  }

  @Test("during which sources may have changed is done again", arguments: [true, false])
  func unconfirmed(isConfirmed: Bool) throws {
    var compilation = try compilation()
    begin(&compilation, [lowSource: "1"])
    _ = compilation.next(processors: 1)
    succeed(&compilation, batch(low, lowSource), [lowSame()])
    if isConfirmed { _ = compilation.confirm() }
    begin(&compilation, [otherSource: "1"])
    #expect(compilation.count == (isConfirmed ? 1 : 2))
  }

  @Test("a removed source compiles its users, and an added one only itself")
  func comeAndGone() throws {
    var compilation = try compilation()
    begin(&compilation, [:], removed: [lowSource])
    #expect(compilation.sources[low] == [otherSource])
    #expect(compilation.count == 2)
    let new = "/p/Sources/Low/New.swift"
    begin(&compilation, [new: "1"], added: [new: low])
    #expect(compilation.sources[low] == [otherSource, new])
    #expect(compilation.count == 3)
  }

  @Test("takes back objects of an earlier text, with those that saw it")
  func undo() throws {
    var compilation = try compilation()
    let notes = [
      lowSource + ".swiftdeps": lowSame(),
      otherSource + ".swiftdeps": SwiftDependencies(fingerprint: 1, provides: ["g": 1], uses: ["f"]),
      appSource + ".swiftdeps": SwiftDependencies(fingerprint: 1, provides: ["main": 1], uses: ["f"]),
    ]
    var remembered = RememberedObjects()
    for object in compilation.objects.values { _ = remembered.insert(object) }
    begin(&compilation, [lowSource: "1"])
    _ = compilation.next(processors: 1)
    succeed(&compilation, batch(low, lowSource), [lowChanged()])
    _ = compilation.next(processors: 1)
    succeed(
      &compilation, batch(low, otherSource),
      [SwiftDependencies(fingerprint: 1, provides: ["g": 1], uses: ["f"])])
    compilation.emitted(low, hash: 7)
    _ = compilation.next(processors: 1)
    succeed(
      &compilation, batch(app, appSource),
      [SwiftDependencies(fingerprint: 1, provides: ["main": 1], uses: ["f"])])
    #expect(compilation.confirm().count == 3)
    begin(&compilation, [lowSource: "0"], remembered: remembered) { notes[$0.dependencies] }
    #expect(compilation.isComplete)
    #expect(compilation.next(processors: 2) == [])
    #expect(compilation.objects[appSource]?.path == appSource + ".o")
    #expect(compilation.confirmation.reused.count == 3)
  }

  @Test("does not take back an object that saw others otherwise than they are")
  func otherView() throws {
    var compilation = try compilation()
    var remembered = RememberedObjects()
    for object in compilation.objects.values { _ = remembered.insert(object) }
    begin(&compilation, [lowSource: "1", otherSource: "1"])
    _ = compilation.next(processors: 1)
    succeed(
      &compilation, batch(low, lowSource, otherSource),
      [lowChanged(), SwiftDependencies(fingerprint: 1, provides: ["g": 1], uses: ["f"])])
    begin(&compilation, [otherSource: "0"], remembered: remembered) { _ in
      SwiftDependencies(fingerprint: 1, provides: ["g": 1], uses: ["f"])
    }
    #expect(compilation.count > 0)
    #expect(compilation.confirmation.reused.isEmpty)
  }
}
