/// Which jobs a save needs, and in which order: each module after those that it imports; everything else at once.
///
/// The compiler writes a hash of all declarations into a module's interface. If that file is the same after an edit, no
/// other source saw a difference. If it is not, all of the module's sources and of those that import it are compiled
/// again, which is more than the driver would do and never less.
package struct Compilation: Equatable, Sendable {
  package enum Step: Hashable, Sendable {
    /// Make the interface of the module with this index.
    case emitModule(Int)
    /// Compile this source of a module.
    case compile(Int, String)
    /// Put the interface into an object, for debuggers.
    case wrap(Int)
  }

  private let modules: [Plan.Module]
  /// Sources of each module whose objects are older than what they were made of.
  private var stale: [Set<String>]
  private var unemitted: Set<Int> = []
  private var running: Set<Step> = []
  private var compiled: Set<String> = []
  /// Sources that were compiled while others may have changed.
  private var unconfirmed: Set<String> = []
  private var unwrapped: Set<Int> = []
  private var changed: Set<String> = []
  /// The sources whose last edit changed the interface. The next one may well do so again: then the rest of the module
  /// does not wait until that is known.
  private var suspects: Set<String> = []
  /// The modules whose interface is in an object of the overlay.
  package private(set) var rewrapped: Set<Int> = []
  /// The sources whose objects are in the overlay.
  package private(set) var replaced: Set<String> = []

  /// Everything is as SwiftPM has built it.
  package init(_ modules: [Plan.Module]) {
    self.modules = modules
    stale = modules.map { _ in [] }
  }

  /// Begins a build after these sources changed. What an earlier build has not done is done in this one.
  package mutating func begin(changed: Set<String>) {
    running = []
    compiled = []
    self.changed = changed
    for (index, module) in modules.enumerated() {
      let changed = changed.intersection(module.sources)
      if changed.isEmpty { continue }
      stale[index].formUnion(changed.isDisjoint(with: suspects) ? changed : Set(module.sources))
      unemitted.insert(index)
    }
    for (index, module) in modules.enumerated() {
      stale[index].formUnion(unconfirmed.intersection(module.sources))
    }
    unconfirmed = []
  }

  /// No source has changed since the build began: what was compiled has seen what there is.
  package mutating func confirm() { unconfirmed = [] }

  /// How many sources are still to be compiled, as far as is known.
  package var count: Int { stale.reduce(0) { $0 + $1.count } }

  /// The steps that can begin now and have not.
  package mutating func next() -> [Step] {
    var steps = unwrapped.subtracting(unemitted).sorted().map(Step.wrap)
    let open = modules.indices.filter { !stale[$0].isEmpty || unemitted.contains($0) }
    let waiting = Set(open.flatMap { modules[$0].importers })
    for index in open where !waiting.contains(index) {
      if unemitted.contains(index) { steps.append(.emitModule(index)) }
      steps += stale[index].sorted().map { .compile(index, $0) }
    }
    let new = steps.filter { !running.contains($0) }
    running.formUnion(new)
    return new
  }

  /// A step succeeded; `changed`: the interface is not the one that was there before.
  package mutating func succeeded(_ step: Step, changed: Bool) {
    guard running.remove(step) != nil else { return }
    switch step {
    case .compile(let index, let source):
      stale[index].remove(source)
      compiled.insert(source)
      unconfirmed.insert(source)
      replaced.insert(source)
    case .wrap(let index):
      unwrapped.remove(index)
      rewrapped.insert(index)
    case .emitModule(let index):
      unemitted.remove(index)
      let edited = self.changed.intersection(modules[index].sources)
      guard changed else { return suspects.subtract(edited) }
      suspects.formUnion(edited)
      if modules[index].wrapped != nil { unwrapped.insert(index) }
      stale[index].formUnion(Set(modules[index].sources).subtracting(compiled))
      for importer in modules[index].importers {
        stale[importer] = Set(modules[importer].sources)
        unemitted.insert(importer)
      }
    }
  }
}
