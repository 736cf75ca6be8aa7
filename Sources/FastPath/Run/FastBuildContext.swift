internal import FastPathLink
internal import FastPathPlan
internal import Posix
internal import SwiftPM

/// The state of the fast path for a program that SwiftPM has built: the plan, the jobs, and the versions of
/// all files.
final class FastBuildContext {
  let program: BuiltProgram
  let overlay: Overlay
  /// The overlays of products that are no longer in the package.
  let abandonedOverlays: [String]
  private var inputs: ProgramInputs

  /// The jobs of each module.
  var jobs: [ModuleJobs] = []
  var linking = Linking()
  /// The interfaces of the modules, as debuggers read them.
  let interfaces: AstLibraries
  let externals: Externals
  /// The earlier answers of the compiler driver.
  let answers: DriverAnswers
  /// The objects of earlier builds.
  let store: ObjectStore
  var compilation: Compilation
  /// The name of the compiler in its `.swiftdeps` files.
  private let compilerName: String

  /// Reads SwiftPM's plan for a program of the package at `root`, and the results of its build, which began
  /// at `start`. Throws ``FallbackReason`` for a program that is built in an unsupported way, and for sources that
  /// may be newer than the build.
  init(program path: String, root: String, builtSince start: Int64, overlays: SharedOverlays)
    throws(FallbackReason)
  {
    let planned = try PlannedProgram(path, builtSince: start)
    program = try BuiltProgram(path, planned)
    let (plan, compiler) = (program.plan, program.compiler)
    overlay = Overlay(directory: "\(planned.overlays)/\(path.lastName)")
    if overlay.directory.contains(":") {
      throw FallbackReason("the dynamic loader cannot load from the path of .build, because it contains ':'")
    }
    abandonedOverlays = FileSystem.names(in: planned.overlays)
      .filter { !planned.isProduct("\(path.directory)/\($0)") }.map { "\(planned.overlays)/\($0)" }
    interfaces = AstLibraries(plan.modules, overlay, compiler: compiler)
    try overlays.lock(overlay.directory)
    store = try overlays.store(overlay)
    // The stamps are taken before any file is read, so that a later save is a change.
    inputs = try ProgramInputs(planned, root: root, builtSince: start)
    answers = DriverAnswers(overlay, compiler: compiler)
    externals = Externals(plan, overlay: overlay, compiler: compiler)
    let built = try CompiledModules(plan, compiler: compiler, externals: externals)
    compilerName = built.compilerName
    compilation = Compilation(
      plan.modules, graph: built.graph, texts: built.texts, objects: built.objects,
      compilerHashes: built.compilerHashes)
  }

  /// Returns the sources that were changed, added and removed since the last call. Throws ``FallbackReason`` if any
  /// other file has changed.
  func takeChanges() throws(FallbackReason) -> SourceChanges {
    let changes = try inputs.takeChanges(to: compilation)
    for source in changes.removed { keepReplaced(source) }
    return changes
  }

  /// Whether no source has changed since the last ``takeChanges()``.
  var isUnchanged: Bool { inputs.areUnchanged(compilation.sources.joined()) }

  /// Confirms the objects that the jobs of a build have compiled, unless a source has changed meanwhile.
  func confirmCompilation() {
    guard isUnchanged else { return }
    let new = compilation.confirm()
    store.remember(new, inUse: objectsInUse)
  }

  /// Returns whether a file is an input of the program.
  func reads(_ path: String) -> Bool {
    compilation.sources.contains { $0.contains(path) } || inputs.others.contains(path)
  }

  /// Throws ``FallbackReason`` for a file that neither is, was nor will be a source of a module.
  func check(_ saved: Set<String>) throws(FallbackReason) { try inputs.check(saved, compilation) }

  /// Reads the `.swiftdeps` file of a source. Throws ``FallbackReason`` if another compiler than SwiftPM's has
  /// written it.
  func readDependencies(_ path: String) throws(FallbackReason) -> SwiftDependencies {
    guard let bytes = try? FileSystem.read(path) else {
      throw FallbackReason("the compiler did not write \(path)")
    }
    let dependencies = try SwiftDependencies(bytes)
    if dependencies.compiler != compilerName { throw FallbackReason("the compiler has changed") }
    // A new import may read headers that no source has read before.
    for file in externals.files(of: dependencies) where !file.hasPrefix(program.scratch + "/") {
      inputs.add(file)
    }
    return dependencies
  }

  /// Keeps an object of SwiftPM before another one replaces it.
  func keepReplaced(_ source: String) {
    if let object = compilation.objects[source] { store.keep(object, inUse: objectsInUse) }
  }

  /// Returns the dependencies of a remembered object; `nil` if its files are missing, or if the headers and
  /// interfaces that it was compiled with have changed.
  func readRemembered(_ object: Compilation.Object) -> SwiftDependencies? {
    guard FileSystem.exists(object.path), let dependencies = try? readDependencies(object.dependencies),
      externals.hash(of: dependencies) == object.externals
    else { return nil }
    return dependencies
  }

  private var objectsInUse: Set<String> { Set(compilation.objects.values.map(\.path)) }

  /// Returns a hash of the current interface of a module in the overlay.
  func readInterface(_ index: Int) throws(FallbackReason) -> UInt64 {
    let path = overlay.interface(of: program.plan.modules[index])
    guard let bytes = try? FileSystem.read(path) else {
      throw FallbackReason("the compiler did not write \(path)")
    }
    return fnv1a(bytes)
  }

  /// All objects of the modules, by their names in the link command and their current paths.
  var objects: [(inOverlay: String, now: String)] {
    var found: [String: (inOverlay: String, now: String)] = [:]
    for module in program.plan.modules {
      for (source, object) in zip(module.sources, module.objects) {
        found[object] = compilation.objects[source].map { (overlay.object(object, of: module), $0.path) }
      }
    }
    return program.plan.ownObjects.map { found[$0] ?? ($0, $0) }
  }
}
