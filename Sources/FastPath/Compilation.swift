/// Which jobs a save needs, and in which order.
///
/// The changed sources are compiled first. What the compiler then notes of their declarations says which other sources are
/// to be compiled (``DependencyGraph``), and so on until none is. The interface of a module is made only where sources of
/// another are compiled against it; otherwise it waits until the program runs.
package struct Compilation: Sendable {
  package typealias Object = RememberedObjects.Object

  /// Sources of one module that one frontend compiles.
  package struct Batch: Hashable, Sendable {
    /// The index of the module.
    package let module: Int
    package let sources: [String]
    /// Whether it is not known yet that they are to be compiled.
    package let isSpeculative: Bool
  }

  package enum Step: Hashable, Sendable {
    case compile(Batch)
    /// Makes the interface of the module with this index.
    case emitModule(Int)
  }

  let modules: [Plan.Module]
  /// The sources of each module by now.
  package internal(set) var sources: [[String]]
  /// The text of each source as it is now.
  package internal(set) var texts: [String: SourceText]
  /// The texts of the last build that was confirmed.
  var confirmedTexts: [String: SourceText]
  /// The object of each source. That of a stale one is of an earlier text, or has seen earlier texts of others.
  package internal(set) var objects: [String: Object]
  var graph: DependencyGraph
  /// Sources that are to be compiled.
  var stale: [Set<String>]
  /// Modules whose interface was made of other texts than there are.
  package internal(set) var unemitted: Set<Int> = []
  /// The modules among them whose declarations differ.
  var outdated: Set<Int> = []
  /// The modules among them with sources that were compiled because of other modules: a type may have been inferred otherwise, with
  /// every word as it was.
  var affected: Set<Int> = []
  /// Those of them with bodies that others are compiled with: what follows is known when the interface is there.
  var inlined: Set<Int> = []
  /// A hash of the texts of each module that hold such bodies.
  var inlinedBodies: [UInt64] = []
  /// A hash of the interface that was made last, for each module of which one was.
  var interfaces: [Int: UInt64] = [:]
  /// Modules whose interface is not in a debugger's hands yet.
  package internal(set) var unwrapped: Set<Int> = []
  var running: Set<Step> = []
  /// Sources that this build has compiled.
  package internal(set) var compiled: Set<String> = []
  /// Sources that were compiled while others may have changed.
  var unconfirmed: Set<String> = []
  /// Whether this build saw a declaration that had changed.
  package internal(set) var hasChangedDeclarations = false
  /// Remembered objects that were taken since the last build that was confirmed.
  package internal(set) var recalled: [Object] = []
  var history = CompilationHistory()
  let worlds: [UInt64]

  /// Everything is as SwiftPM has built it. `worlds`: of each module, see ``RememberedObjects/Object/world``.
  package init(
    _ modules: [Plan.Module], graph: DependencyGraph, texts: [String: SourceText], objects: [String: Object],
    worlds: [UInt64]
  ) {
    self.modules = modules
    self.graph = graph
    self.texts = texts
    confirmedTexts = texts
    self.worlds = worlds
    sources = modules.map(\.sources)
    stale = modules.map { _ in [] }
    self.objects = objects
    noteInlinedBodies()
    for source in sources.joined() where objects[source] != nil {  // what others see comes before them
      let view = view(of: source)
      self.objects[source]?.view = view
    }
  }

  /// How many sources are still to be compiled, as far as is known.
  package var count: Int { stale.reduce(0) { $0 + $1.count } }

  /// Whether every object is new, and nothing is awaited that may change that.
  package var isComplete: Bool { count == 0 && inlined.isEmpty }

  /// Begins a build. What an earlier build has not done is done in this one.
  package mutating func begin(_ changes: SourceChanges, remembered: RememberedObjects, read: Reader) {
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
    recall(remembered, read)
    recallInlined(remembered, read)
  }

  private mutating func noteChange(in module: Int, of source: String, _ text: SourceText?) {
    stale[module].insert(source)
    unemitted.insert(module)
    if text?.isInlined == true || texts[source]?.isInlined == true { inlined.insert(module) }
  }

  private mutating func remove(_ source: String) {
    guard let module = module(of: source) else { return }
    noteChange(in: module, of: source, nil)
    sources[module].removeAll { $0 == source }
    stale[module].remove(source)
    (objects[source], texts[source]) = (nil, nil)
    update(source, of: module, nil)
  }

  /// A hash of a source's text, as the build began with it.
  package func text(of source: String) -> UInt64 { texts[source]?.hash ?? 0 }

  /// What else a batch is compiled with.
  package func world(of batch: Batch) -> UInt64 { worlds[batch.module] }

  func module(of source: String) -> Int? { sources.firstIndex { $0.contains(source) } }

  /// Takes in what a source declares by now. Those that see a difference are to be compiled, if they were not already.
  mutating func update(_ source: String, of module: Int, _ dependencies: SwiftDependencies?) {
    let change = graph.update(source, dependencies)
    if change.isVisible {
      hasChangedDeclarations = true
      outdated.insert(module)
      unemitted.insert(module)
    }
    invalidate(change.invalid)
  }

  /// These see something otherwise than they did. So may those in importing modules that see them: the types that are inferred
  /// in one module are written into its interface, and no fingerprint tells of them.
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

  /// A batch was compiled: into these objects, with these dependencies.
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
    recall(remembered, read)
  }

  /// The interface of a module was made, and has this hash.
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
      // Nothing was declared otherwise, and yet it reads otherwise: a type that was inferred from another module's.
      compileAllImporters(of: module)
    }
  }

  private mutating func compileAllImporters(of module: Int) {
    for importer in modules[module].importers {
      stale[importer] = Set(sources[importer])
      unemitted.insert(importer)
      affected.insert(importer)
    }
  }

  /// The next module whose interface is to be made while nothing else is to be done.
  package var nextIdleInterface: Int? {
    modules.indices.first { module in
      unemitted.contains(module)
        || interfaces[module] == nil && sources[module].contains { texts[$0]?.isInlined == true }
    }
  }

  /// The module's interface is in a debugger's hands.
  package mutating func wrapped(_ module: Int) { unwrapped.remove(module) }

  /// No source has changed since the build began: what was compiled has seen what there is. Returns the objects that may be
  /// remembered.
  package mutating func confirm() -> [Object] {
    unconfirmed = []
    recalled = []
    guard isComplete else { return [] }
    confirmedTexts = texts
    var new: [Object] = []
    for (source, object) in objects where object.view == nil {
      let view = view(of: source)
      objects[source]?.view = view
      if let object = objects[source] { new.append(object) }
    }
    return new
  }
}

/// What has changed since the last build.
package struct SourceChanges: Sendable {
  /// The changed and added sources, with their texts.
  package var texts: [String: SourceText] = [:]
  /// The added sources, with the index of their module.
  package var added: [String: Int] = [:]
  package var removed: Set<String> = []

  /// No changes.
  package init() {}

  package var isEmpty: Bool { texts.isEmpty && removed.isEmpty }
}
