import Foundation

@testable import FastPathPlan

/// Builds ``RandomSources`` with the jobs that ``Compilation`` asks for, one at a time.
struct ModuleBuild {
  let compiler: RealCompiler
  private(set) var compilation: Compilation
  private var texts: [String: String] = [:]
  private var count = 0
  static let options = ["-Onone", "-parse-as-library", "-enable-testing", "-swift-version", "6"]

  /// Compiles everything.
  init(_ compiler: RealCompiler, _ files: [String: String]) throws {
    self.compiler = compiler
    let modules = RandomSources.modules.enumerated().map { index, name in
      Plan.Module(
        name: name, sources: Self.sources(of: name, files), objects: [], notes: [], interface: "",
        dependencies: "",
        arguments: [], importers: Array((index + 1)..<RandomSources.modules.count))
    }
    compilation = Compilation(
      modules, graph: DependencyGraph(), texts: [:], objects: [:], compilerHashes: modules.map { _ in 0 })
    _ = try build(files)
  }

  /// Compiles what these files need. Returns the sources that were compiled.
  mutating func build(_ files: [String: String]) throws -> Set<String> {
    var changes = SourceChanges()
    for (path, text) in files where texts[path] != text {
      changes.texts[path] = SourceText(Array(text.utf8))
      if texts[path] == nil { changes.added[path] = Self.module(of: path) }
    }
    changes.removed = Set(texts.keys).subtracting(files.keys)
    texts = files
    compilation.beginBuild(changes, remembered: RememberedObjects(), read: read)
    while case let steps = compilation.next(processors: 1), !steps.isEmpty {
      for step in steps { try run(step) }
    }
    guard compilation.isComplete else { throw Incomplete() }
    let compiled = compilation.build.compiled
    _ = compilation.confirm()
    while let module = compilation.nextIdleInterface { try emit(module) }
    return compiled
  }

  struct Incomplete: Error {}

  /// The number of sources that would only be compiled at the next save.
  var leftOver: Int { compilation.count }

  /// The object of each source.
  var objects: [String: String] { compilation.objects.mapValues(\.path) }

  /// Compiles everything again, by the same commands and in a directory of its own. Returns the object of
  /// each source.
  func compileAnew(into outputs: String) throws -> [String: String] {
    try compiler.makeDirectory(outputs)
    var objects: [String: String] = [:]
    for (module, sources) in zip(RandomSources.modules, compilation.sources) {
      let sources = sources.sorted()
      for source in sources { objects[source] = "\(outputs)/\(Self.stem(source)).o" }
      let options = ["-module-name", module, "-I", outputs] + Self.options
      try compiler.run(
        ["swiftc", "-frontend", "-emit-module", "-o", "\(outputs)/\(module).swiftmodule"] + options + sources)
      try compiler.run(
        Self.compile + options + sources.flatMap { ["-primary-file", $0] }
          + sources.flatMap { ["-o", objects[$0] ?? ""] })
    }
    return objects
  }

  private mutating func run(_ step: Compilation.Step) throws {
    switch step {
    case .emitModule(let module): try emit(module)
    case .compile(let batch):
      let all = compilation.sources[batch.module]
      let primaries = all.filter(batch.sources.contains)
      var paths: [String: String] = [:]
      for source in primaries {
        count += 1
        try compiler.makeDirectory("objects/\(count)")
        paths[source] = "objects/\(count)/" + Self.stem(source)  // its name is written into the object
      }
      let files = all.flatMap { primaries.contains($0) ? ["-primary-file", $0] : [$0] }
      let outputs = primaries.flatMap {
        ["-emit-reference-dependencies-path", "\(paths[$0] ?? "").swiftdeps", "-o", "\(paths[$0] ?? "").o"]
      }
      try compiler.run(
        Self.compile + ["-module-name", RandomSources.modules[batch.module], "-I", "modules"]
          + Self.options + files + outputs)
      let results = try primaries.map { source in
        let path = paths[source] ?? ""
        let object = Compilation.Object(
          source: source, text: compilation.text(of: source), compilerHash: 0, path: path + ".o",
          dependencies: path + ".swiftdeps")
        return (object, try SwiftDependencies(compiler.bytes(of: path + ".swiftdeps")))
      }
      compilation.succeeded(batch, results, remembered: RememberedObjects(), read: read)
    }
  }

  private mutating func emit(_ module: Int) throws {
    let name = RandomSources.modules[module]
    try compiler.run(
      [
        "swiftc", "-frontend", "-emit-module", "-module-name", name, "-I", "modules", "-o",
        "modules/\(name).swiftmodule",
      ]
        + Self.options + compilation.sources[module])
    compilation.emitted(module, hash: hashOfBytes(try compiler.bytes(of: "modules/\(name).swiftmodule")))
  }

  private func read(_ object: Compilation.Object) -> SwiftDependencies? {
    try? SwiftDependencies(compiler.bytes(of: object.dependencies))
  }

  /// The compile command without a hash of the options in the object.
  private static let compile = ["swiftc", "-frontend", "-c", "-disable-incremental-llvm-codegen"]

  private static func stem(_ source: String) -> String { source.replacing("/", with: "-") }

  static func sources(of module: String, _ files: [String: String]) -> [String] {
    files.keys.filter { $0.hasPrefix(module + "/") }.sorted()
  }

  private static func module(of path: String) -> Int? {
    RandomSources.modules.firstIndex { path.hasPrefix($0 + "/") }
  }
}
