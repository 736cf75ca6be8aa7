/// Decides which jobs a save needs, and in which order.
///
/// The changed sources are compiled first. The compiler's notes of their declarations then determine which
/// other sources must be compiled (``DependencyGraph``), until there are no more. A module's interface is
/// made only if sources of another module are compiled against it. Otherwise it is made when the program
/// runs.
package struct Compilation: Sendable {
  package typealias Object = RememberedObjects.Object

  /// The modules, as SwiftPM has planned them.
  let modules: [Plan.Module]
  /// The current sources of each module.
  package internal(set) var sources: [[String]]
  /// The current text of each source.
  package internal(set) var texts: [String: SourceText]
  /// The object of each source. The object of a stale source was compiled from an earlier text, or against
  /// earlier declarations.
  package internal(set) var objects: [String: Object]
  /// The dependencies between the sources.
  var graph: DependencyGraph
  /// The sources of each module that must be compiled.
  var stale: [Set<String>]
  /// A hash, for each module, of the sources with inlinable bodies.
  var inlinedBodies: [UInt64] = []
  /// The state of the modules' interfaces.
  package internal(set) var interfaces = Interfaces()
  /// The running build, or the last one.
  package internal(set) var build = Build()
  /// The last confirmed build, and the objects since then.
  package internal(set) var confirmation: Confirmation
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
    confirmation = Confirmation(texts: texts)
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
  package var isComplete: Bool { count == 0 && interfaces.inlined.isEmpty }

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
      build.hasChangedDeclarations = true
      interfaces.outdated.insert(module)
      interfaces.unemitted.insert(module)
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
        let new = open.intersection(sources[index]).subtracting(build.compiled).subtracting(stale[index])
        if new.isEmpty { continue }
        stale[index].formUnion(new)
        interfaces.unemitted.insert(index)
        interfaces.affected.insert(index)
        let users = modules[index].importers.isEmpty ? [] : graph.users(of: new)
        for importer in modules[index].importers { next.formUnion(users.intersection(sources[importer])) }
      }
      open = next
    }
  }
}
