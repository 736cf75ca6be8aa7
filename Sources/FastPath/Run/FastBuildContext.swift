internal import FastPathLink
internal import FastPathPlan
internal import Posix
internal import SwiftPM

/// The state of the fast path for a program that SwiftPM has built: the plan, the jobs, and the versions of
/// all files.
final class FastBuildContext {
  let root: String
  let program: String
  let scratch: String
  let plan: Plan
  let overlay: Overlay
  /// The overlays of products that are no longer in the package.
  let abandonedOverlays: [String]
  /// The path of `swiftc`.
  let compiler: String
  /// The files of the build system itself, which change with every build by any process.
  private let notes: [String]
  private var stamps: [String: FileSystem.Stamp] = [:]
  private var tree: SourceTree
  /// The files in the targets' directories that are no sources of the modules.
  private let otherFiles: Set<String>
  private let membership: SourceMembership
  /// The other inputs of the program: files of the plan, and headers.
  private var otherInputs: Set<String>

  /// The jobs of each module.
  var jobs: [ModuleJobs] = []
  var link: LinkJobs?
  /// The linker's command line; `nil` if clang must be asked for it.
  var linker: LinkerCommand?
  let linkMemory = LinkMemory()
  /// The interfaces of the modules, as debuggers read them.
  let interfaces: AstLibraries
  /// The library of the dependencies; `nil` if there are none.
  var library: String?
  let externals: Externals
  /// The earlier answers of the compiler driver.
  let answers: DriverAnswers
  /// The path at which fast builds put the program.
  var output = ""
  /// The objects of earlier builds.
  let store: ObjectStore
  var compilation: Compilation
  /// The name of the compiler in its `.swiftdeps` files.
  private let compilerName: String

  /// Reads SwiftPM's plan for a program of the package at `root`, and the results of its build, which began
  /// at `start`. Throws ``FallbackReason`` for a program that is built in an unsupported way, and for sources that
  /// may be newer than the build.
  init(program: String, root: String, builtSince start: Int64, overlays: SharedOverlays)
    throws(FallbackReason)
  {
    let planned = try PlannedProgram(program, builtSince: start)
    self.root = root
    self.program = program
    (plan, scratch, notes) = (planned.plan, planned.scratch, planned.notes)
    guard let first = plan.modules.first else {
      throw FallbackReason("no module of the program has sources to edit")
    }
    compiler = first.arguments[0]
    overlay = Overlay(directory: "\(planned.overlays)/\(program.lastName)")
    if overlay.directory.contains(":") {
      throw FallbackReason("the dynamic loader cannot load from the path of .build, because it contains ':'")
    }
    abandonedOverlays = FileSystem.names(in: planned.overlays)
      .filter { !planned.isProduct("\(program.directory)/\($0)") }.map { "\(planned.overlays)/\($0)" }
    interfaces = AstLibraries(plan.modules, overlay, compiler: compiler)
    try overlays.lock(overlay.directory)
    store = try overlays.store(overlay)
    tree = SourceTree(plan.directories)
    otherFiles = tree.sources.subtracting(plan.modules.flatMap(\.sources))
    membership = SourceMembership(plan, files: tree.sources)
    otherInputs = Set(filesBelow(plan.otherInputs)).union(try filesRead(for: plan, scratch: scratch))
      .union(toolchainChoice(root: root))
    // The stamps are taken before any file is read, so that a later save is a change.
    stamps = try Self.stamps(notes, otherInputs, plan, scratch: scratch, builtSince: start)
    answers = DriverAnswers(overlay, compiler: compiler)
    externals = Externals(plan, overlay: overlay, compiler: compiler)
    let built = try CompiledModules(plan, compiler: compiler, externals: externals)
    compilerName = built.compilerName
    compilation = Compilation(
      plan.modules, graph: built.graph, texts: built.texts, objects: built.objects,
      compilerHashes: built.compilerHashes)
  }

  private static func stamps(
    _ notes: [String], _ otherInputs: Set<String>, _ plan: Plan, scratch: String, builtSince start: Int64
  ) throws(FallbackReason) -> [String: FileSystem.Stamp] {
    var stamps: [String: FileSystem.Stamp] = [:]
    for path in notes + otherInputs + plan.modules.flatMap(\.sources) {
      stamps[path] = FileSystem.Stamp(path)
    }
    for source in plan.modules.flatMap(\.sources) where stamps[source] == nil {
      throw FallbackReason("\(source) no longer exists")
    }
    for (path, stamp) in stamps where !path.hasPrefix(scratch + "/") && stamp.changed >= start {
      throw FallbackReason("\(path.lastName) was saved while SwiftPM was building")
    }
    if plan.modules.flatMap(\.sources).allSatisfy({ stamps[$0]?.isOfWholeSecond == true }) {
      throw FallbackReason(
        "the file system of the sources stores times in whole seconds, so two saves may look the same")
    }
    return stamps
  }

  /// Returns the sources that were changed, added and removed since the last call. Throws ``FallbackReason`` if any
  /// other file has changed.
  func takeChanges() throws(FallbackReason) -> SourceChanges {
    for path in notes where FileSystem.Stamp(path) != stamps[path] {
      throw FallbackReason("SwiftPM has built or planned since")
    }
    for path in otherInputs where FileSystem.Stamp(path) != stamps[path] {
      throw FallbackReason("\(path) has changed")
    }
    var changes = SourceChanges()
    var newStamps: [String: FileSystem.Stamp] = [:]
    tree.reread()
    if let path = otherFiles.subtracting(tree.sources).min() {
      throw FallbackReason("\(path.lastName) no longer exists")
    }
    let known = Set(compilation.sources.joined())
    for path in tree.sources.subtracting(known).subtracting(otherFiles) {
      guard let stamp = FileSystem.Stamp(path), let bytes = try? FileSystem.read(path),
        FileSystem.identity(ofLink: path) == nil
      else { throw FallbackReason("cannot read \(path.lastName)") }
      let text = SourceText(bytes)
      changes.added[path] = try membership.module(
        ofNew: path, text, sources: compilation.sources, manifests: manifests(of: path))
      (changes.texts[path], newStamps[path]) = (text, stamp)
    }
    for (module, sources) in compilation.sources.enumerated() {
      for source in sources {
        guard let stamp = FileSystem.Stamp(source) else {
          // The source belongs to a local package, whose directories are not in the plan.
          if !plan.directories.contains(where: { source.hasPrefix($0 + "/") }) {
            throw FallbackReason("\(source) no longer exists")
          }
          try membership.checkRemoval(
            of: source, compilation.texts[source], from: module, sources: compilation.sources,
            manifests: manifests(of: source))
          changes.removed.insert(source)
          continue
        }
        if stamp == stamps[source] { continue }
        guard let bytes = try? FileSystem.read(source) else { throw FallbackReason("cannot read \(source)") }
        (changes.texts[source], newStamps[source]) = (SourceText(bytes), stamp)
      }
    }
    stamps.merge(newStamps) { $1 }
    for source in changes.removed {
      stamps[source] = nil
      keepReplaced(source)
    }
    return changes
  }

  /// Returns the manifests of the package that a source belongs to.
  private func manifests(of source: String) -> [String] {
    for directory in sequence(first: source.directory, next: { $0.count > 1 ? $0.directory : nil }) {
      let names = FileSystem.names(in: directory).filter {
        $0 == "Package.swift" || $0.hasPrefix("Package@swift-") && $0.hasSuffix(".swift")
      }
      if names.contains("Package.swift") {
        return names.compactMap { try? FileSystem.read("\(directory)/\($0)") }
          .map { String(decoding: $0, as: UTF8.self) }
      }
    }
    return []
  }

  /// Whether no source has changed since the last ``takeChanges()``.
  var isUnchanged: Bool {
    compilation.sources.joined().allSatisfy { FileSystem.Stamp($0) == stamps[$0] }
  }

  /// Confirms the objects that the jobs of a build have compiled, unless a source has changed meanwhile.
  func confirmCompilation() {
    guard isUnchanged else { return }
    let new = compilation.confirm()
    store.remember(new, inUse: objectsInUse)
  }

  /// Returns whether a file is an input of the program.
  func reads(_ path: String) -> Bool {
    compilation.sources.contains { $0.contains(path) } || otherInputs.contains(path)
  }

  /// Throws ``FallbackReason`` for a file that neither is, was nor will be a source of a module.
  func check(_ saved: Set<String>) throws(FallbackReason) {
    let known = Set(compilation.sources.joined()).union(plan.modules.flatMap(\.sources))
    let other = saved.subtracting(known).filter { path in
      !path.hasSuffix(".swift") || otherFiles.contains(path) || otherInputs.contains(path)
        || !plan.directories.contains { path.hasPrefix($0 + "/") }
    }
    if let other = other.min() {
      throw FallbackReason("\(other.lastName) is not a Swift source of the program")
    }
  }

  /// Reads the `.swiftdeps` file of a source. Throws ``FallbackReason`` if another compiler than SwiftPM's has
  /// written it.
  func readDependencies(_ path: String) throws(FallbackReason) -> SwiftDependencies {
    guard let bytes = try? FileSystem.read(path) else {
      throw FallbackReason("the compiler did not write \(path)")
    }
    let dependencies = try SwiftDependencies(bytes)
    if dependencies.compiler != compilerName { throw FallbackReason("the compiler has changed") }
    // A new import may read headers that no source has read before.
    for file in externals.files(of: dependencies) where !file.hasPrefix(scratch + "/") {
      if stamps[file] == nil, otherInputs.insert(file).inserted { stamps[file] = FileSystem.Stamp(file) }
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
    let path = overlay.interface(of: plan.modules[index])
    guard let bytes = try? FileSystem.read(path) else {
      throw FallbackReason("the compiler did not write \(path)")
    }
    return fnv1a(bytes)
  }

  /// All objects of the modules, by their names in the link command and their current paths.
  var objects: [(inOverlay: String, now: String)] {
    var found: [String: (inOverlay: String, now: String)] = [:]
    for module in plan.modules {
      for (source, object) in zip(module.sources, module.objects) {
        found[object] = compilation.objects[source].map { (overlay.object(object, of: module), $0.path) }
      }
    }
    return plan.ownObjects.map { found[$0] ?? ($0, $0) }
  }
}
