/// Which jobs a save needs, and in which order: modules one after another, each after those that it imports; within a
/// module everything at once.
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
  }

  private let modules: [Plan.Module]
  /// Sources of each module whose objects are older than what they were made of.
  private var stale: [Set<String>]
  private var unemitted: Set<Int> = []
  private var running: Set<Step> = []
  private var compiled: Set<String> = []
  /// The modules whose interface is to be put into an object again before the next link.
  package private(set) var unwrapped: Set<Int> = []
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
    for (index, module) in modules.enumerated() {
      let changed = changed.intersection(module.sources)
      if changed.isEmpty { continue }
      stale[index].formUnion(changed)
      unemitted.insert(index)
    }
  }

  /// How many sources are still to be compiled, as far as is known.
  package var count: Int { stale.reduce(0) { $0 + $1.count } }

  /// Whether every object is new.
  package var isDone: Bool { count == 0 && unemitted.isEmpty }

  /// The steps that can begin now and have not.
  package mutating func next() -> [Step] {
    guard let index = modules.indices.first(where: { !stale[$0].isEmpty || unemitted.contains($0) }) else {
      return []
    }
    let steps =
      (unemitted.contains(index) ? [.emitModule(index)] : [])
      + stale[index].sorted().map { Step.compile(index, $0) }
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
      replaced.insert(source)
    case .emitModule(let index):
      unemitted.remove(index)
      guard changed else { return }
      unwrapped.insert(index)
      stale[index].formUnion(Set(modules[index].sources).subtracting(compiled))
      for importer in modules[index].importers {
        stale[importer] = Set(modules[importer].sources)
        unemitted.insert(importer)
      }
    }
  }

  /// The interface of the module is in its object.
  package mutating func wrapped(_ index: Int) {
    unwrapped.remove(index)
    rewrapped.insert(index)
  }
}
