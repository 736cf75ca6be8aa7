/// Decides which jobs a save needs, and in which order.
///
/// The changed sources are compiled first. The compiler's notes of their declarations then determine which
/// other sources must be compiled (``DependencyGraph``), until there are no more. A module's interface is
/// made only if sources of another module are compiled against it. Otherwise it is made when the program
/// runs.
package struct Compilation: Sendable {
  package typealias Object = RememberedObjects.Object

  /// Sources of one module that are compiled by one frontend.
  package struct Batch: Hashable, Sendable {
    /// The index of the module.
    package let module: Int
    /// The paths of the sources that the frontend compiles.
    package let sources: [String]
    /// Whether it is not certain yet that the sources must be compiled.
    package let isSpeculative: Bool
  }

  /// A job of the compiler.
  package enum Step: Hashable, Sendable {
    /// Compiles a batch into objects.
    case compile(Batch)
    /// Makes the interface of the module with this index.
    case emitModule(Int)
  }

  /// The modules, as SwiftPM has planned them.
  let modules: [Plan.Module]
  /// The current sources of each module.
  package internal(set) var sources: [[String]]
  /// The current text of each source.
  package internal(set) var texts: [String: SourceText]
  /// The text of each source in the last confirmed build.
  var confirmedTexts: [String: SourceText]
  /// The object of each source. The object of a stale source was compiled from an earlier text, or against
  /// earlier declarations.
  package internal(set) var objects: [String: Object]
  /// The dependencies between the sources.
  var graph: DependencyGraph
  /// The sources of each module that must be compiled.
  var stale: [Set<String>]
  /// The modules whose interface was not made from the current sources.
  package internal(set) var unemitted: Set<Int> = []
  /// The modules in ``unemitted`` whose declarations have changed.
  var outdated: Set<Int> = []
  /// The modules in ``unemitted`` with sources that were compiled because another module has changed. An
  /// inferred type may differ although the text is the same.
  var affected: Set<Int> = []
  /// The modules in ``unemitted`` whose inlinable bodies have changed. The sources that this affects are
  /// known when the interface has been made.
  var inlined: Set<Int> = []
  /// A hash, for each module, of the sources with inlinable bodies.
  var inlinedBodies: [UInt64] = []
  /// A hash of the last interface of each module, if one was made.
  var interfaces: [Int: UInt64] = [:]
  /// The modules whose interface has not been wrapped into an object for debuggers yet.
  package internal(set) var unwrapped: Set<Int> = []
  /// The steps that are running.
  var running: Set<Step> = []
  /// The sources that this build has compiled.
  package internal(set) var compiled: Set<String> = []
  /// The sources that were compiled while others may have been changing.
  var unconfirmed: Set<String> = []
  /// Whether a declaration has changed in this build.
  package internal(set) var hasChangedDeclarations = false
  /// The remembered objects that were reused since the last confirmed build.
  package internal(set) var reused: [Object] = []
  /// The times that earlier compilations took.
  var history = CompilationHistory()
  /// For each module, the ``RememberedObjects/Object/compilerHash``.
  let compilerHashes: [UInt64]

  /// Creates the state after a build by SwiftPM. `compilerHashes` has the ``RememberedObjects/Object/compilerHash`` of each
  /// module.
  package init(
    _ modules: [Plan.Module], graph: DependencyGraph, texts: [String: SourceText], objects: [String: Object],
    compilerHashes: [UInt64]
  ) {
    self.modules = modules
    self.graph = graph
    self.texts = texts
    confirmedTexts = texts
    self.compilerHashes = compilerHashes
    sources = modules.map(\.sources)
    stale = modules.map { _ in [] }
    self.objects = objects
    noteInlinedBodies()
    for source in sources.joined() where objects[source] != nil {  // imported modules come first
      let inputHash = inputHash(of: source)
      self.objects[source]?.inputHash = inputHash
    }
  }

  /// The number of sources that must still be compiled, as far as is known.
  package var count: Int { stale.reduce(0) { $0 + $1.count } }

  /// Whether every object is up to date, and no interface that may invalidate one is awaited.
  package var isComplete: Bool { count == 0 && inlined.isEmpty }

  /// Starts a build. Sources that were not confirmed by the previous build are compiled again.
  package mutating func beginBuild(_ changes: SourceChanges, remembered: RememberedObjects, read: Reader) {
    (running, compiled) = ([], [])
    hasChangedDeclarations = false
    for index in modules.indices {
      for source in sources[index] where unconfirmed.contains(source) { stale[index].insert(source) }
    }
    unconfirmed = []
    for source in changes.removed { remove(source) }
    for (source, module) in changes.added where !sources[module].contains(source) {
      sources[module].append(source)
      noteChange(in: module, of: source, changes.texts[source])
    }
    for (source, text) in changes.texts {
      guard let module = module(of: source), text != texts[source] || objects[source] == nil else { continue }
      noteChange(in: module, of: source, text)
    }
    texts.merge(changes.texts) { $1 }
    noteInlinedBodies()
    reuse(remembered, read)
    reuseInlined(remembered, read)
  }

  /// Marks a source as changed, and its module's interface as outdated.
  private mutating func noteChange(in module: Int, of source: String, _ text: SourceText?) {
    stale[module].insert(source)
    unemitted.insert(module)
    if text?.isInlined == true || texts[source]?.isInlined == true { inlined.insert(module) }
  }

  /// Removes a source that has been deleted.
  private mutating func remove(_ source: String) {
    guard let module = module(of: source) else { return }
    noteChange(in: module, of: source, nil)
    sources[module].removeAll { $0 == source }
    stale[module].remove(source)
    (objects[source], texts[source]) = (nil, nil)
    update(source, of: module, nil)
  }

  /// Returns a hash of the text that a source had when the build started, or 0 if it has none.
  package func text(of source: String) -> UInt64 { texts[source]?.hash ?? 0 }

  /// Returns the ``RememberedObjects/Object/compilerHash`` of a batch.
  package func compilerHash(of batch: Batch) -> UInt64 { compilerHashes[batch.module] }

  /// Returns the index of the module that contains a source.
  func module(of source: String) -> Int? { sources.firstIndex { $0.contains(source) } }

  /// Updates the declarations of a source, and invalidates the sources that use a changed one.
  mutating func update(_ source: String, of module: Int, _ dependencies: SwiftDependencies?) {
    let change = graph.update(source, dependencies)
    if change.isVisible {
      hasChangedDeclarations = true
      outdated.insert(module)
      unemitted.insert(module)
    }
    invalidate(change.invalid)
  }

  /// Marks sources as stale whose input has changed, and their users in importing modules. The latter are
  /// needed because a type that is inferred in one module is written into its interface, and no fingerprint
  /// covers it.
  private mutating func invalidate(_ invalid: Set<String>) {
    var open = invalid
    while !open.isEmpty {
      var next: Set<String> = []
      for index in modules.indices {
        let new = open.intersection(sources[index]).subtracting(compiled).subtracting(stale[index])
        if new.isEmpty { continue }
        stale[index].formUnion(new)
        unemitted.insert(index)
        affected.insert(index)
        let users = modules[index].importers.isEmpty ? [] : graph.users(of: new)
        for importer in modules[index].importers { next.formUnion(users.intersection(sources[importer])) }
      }
      open = next
    }
  }

  /// Records the objects and the dependencies of a batch that was compiled.
  package mutating func succeeded(
    _ batch: Batch, _ results: [(Object, SwiftDependencies)], remembered: RememberedObjects, read: Reader
  ) {
    guard running.remove(.compile(batch)) != nil else { return }
    for (object, _) in results {
      stale[batch.module].remove(object.source)
      compiled.insert(object.source)
      unconfirmed.insert(object.source)
      objects[object.source] = object
      unemitted.insert(batch.module)
    }
    for (object, dependencies) in results { update(object.source, of: batch.module, dependencies) }
    reuse(remembered, read)
  }

  /// Records that the interface of a module was made, with its hash.
  package mutating func emitted(_ module: Int, hash: UInt64) {
    running.remove(.emitModule(module))
    unemitted.remove(module)
    let isExplained = [outdated.remove(module), affected.remove(module)].contains { $0 != nil }
    let known = interfaces.updateValue(hash, forKey: module)
    if known != hash { unwrapped.insert(module) }
    let mayBeInlined = inlined.remove(module) != nil
    if mayBeInlined, known != hash {
      stale[module].formUnion(Set(sources[module]).subtracting(compiled))
      compileAllImporters(of: module)
    } else if let known, known != hash, !isExplained {
      // The interface has changed although no declaration has. A type was inferred from another module's.
      compileAllImporters(of: module)
    }
  }

  /// Marks all sources of the modules that import this one as stale.
  private mutating func compileAllImporters(of module: Int) {
    for importer in modules[module].importers {
      stale[importer] = Set(sources[importer])
      unemitted.insert(importer)
      affected.insert(importer)
    }
  }

  /// The next module whose interface is to be made when there is nothing else to do; `nil` if all are up to
  /// date.
  package var nextIdleInterface: Int? {
    modules.indices.first { module in
      unemitted.contains(module)
        || interfaces[module] == nil && sources[module].contains { texts[$0]?.isInlined == true }
    }
  }

  /// Records that a module's interface was wrapped into an object for debuggers.
  package mutating func wrapped(_ module: Int) { unwrapped.remove(module) }

  /// Confirms that no source has changed since the build started, so the objects match the sources. Returns
  /// the objects that may be remembered.
  package mutating func confirm() -> [Object] {
    unconfirmed = []
    reused = []
    guard isComplete else { return [] }
    confirmedTexts = texts
    var new: [Object] = []
    for (source, object) in objects where object.inputHash == nil {
      let inputHash = inputHash(of: source)
      objects[source]?.inputHash = inputHash
      if let object = objects[source] { new.append(object) }
    }
    return new
  }
}

/// The changes of sources since the last build.
package struct SourceChanges: Sendable {
  /// The texts of the changed and added sources.
  package var texts: [String: SourceText] = [:]
  /// The index of the module of each added source.
  package var added: [String: Int] = [:]
  /// The deleted sources.
  package var removed: Set<String> = []

  /// Creates a set without changes.
  package init() {}

  /// Whether there are no changes.
  package var isEmpty: Bool { texts.isEmpty && removed.isEmpty }
}
