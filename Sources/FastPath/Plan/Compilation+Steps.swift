// The schedule of the jobs. A frontend compiles several sources, there are as many frontends as processors,
// and idle processors build speculatively.

extension Compilation {
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

  /// The maximum number of sources in a batch. A save that cancels a frontend loses its whole batch.
  private static let largestBatch = 25
  /// The maximum number of sources that are compiled speculatively.
  private static let speculationLimit = 24

  /// Returns the steps that can start now, and marks them as running.
  package mutating func next(processors: Int) -> [Step] {
    var steps = modules.indices.filter { isInterfaceNeeded($0) && !isBlocked($0) }.map(Step.emitModule)
      .filter { !build.running.contains($0) }
    var busy: Set<String> = []
    for case .compile(let batch) in build.running { busy.formUnion(batch.sources) }
    let ready = modules.indices.filter { !isBlocked($0) }.map { ($0, stale[$0].subtracting(busy)) }
      .filter { !$0.1.isEmpty }
    let isFirst = build.compiled.isEmpty && busy.isEmpty
    let all = ready.reduce(0.0) { $0 + history.cost(of: $1.1) }
    for (module, open) in ready {
      var open = open
      let likely = isFirst ? likelyUsers(of: open, in: module) : []
      let shared = open.count > 1 ? likely : []  // without additional frontends
      open.formUnion(shared)
      let share = Int((Double(processors) * history.cost(of: open) / max(all, 0.001)).rounded())
      steps += batches(open, in: module, count: max(1, share), isSpeculative: false)
      if shared.isEmpty, !likely.isEmpty, build.running.count + steps.count < processors {
        steps += batches(
          likely, in: module, count: processors - build.running.count - steps.count, isSpeculative: true)
      }
    }
    build.running.formUnion(steps)
    return steps
  }

  /// Returns the running steps that are no longer needed. The caller cancels them.
  package mutating func takeUnwanted() -> [Step] {
    let isOpen = build.running.contains {
      if case .compile(let batch) = $0 { !batch.isSpeculative } else { false }
    }
    let unwanted = build.running.filter { step in
      switch step {
      case .compile(let batch):
        batch.isSpeculative && !isOpen && stale[batch.module].isDisjoint(with: batch.sources)
      case .emitModule(let module): !isInterfaceNeeded(module)
      }
    }
    build.running.subtract(unwanted)
    return Array(unwanted)
  }

  /// Records that a step was cancelled, or that a speculative one failed. Its output is made later if it is
  /// needed.
  package mutating func cancelled(_ step: Step) { build.running.remove(step) }

  /// Returns the sources that use the edited declarations. There are none if they exceed the speculation
  /// limit.
  private func likelyUsers(of sources: Set<String>, in module: Int) -> Set<String> {
    var users: Set<String> = []
    for source in sources {
      let touched = texts[source]?.sketch.flatMap { new in
        confirmation.texts[source]?.sketch.flatMap(new.changes)
      }
      users.formUnion(touched.map { graph.users(of: source, owners: $0) } ?? graph.users(of: [source]))
    }
    users = users.intersection(self.sources[module]).subtracting(stale[module])
    return users.count <= Self.speculationLimit ? users : []
  }

  /// Returns the sources that use declarations of a source. There are none if they exceed `limit`.
  package func users(of source: String, limit: Int) -> Set<String> {
    let users = graph.users(of: [source])
    return users.count <= limit ? users : []
  }

  /// Returns whether a module's interface must be made before other sources can be compiled.
  private func isInterfaceNeeded(_ module: Int) -> Bool {
    guard interfaces.unemitted.contains(module) else { return false }
    if interfaces.inlined.contains(module) { return true }
    let mayDiffer =
      interfaces.outdated.contains(module) || interfaces.affected.contains(module) || !stale[module].isEmpty
    return mayDiffer
      && modules[module].importers.contains { !stale[$0].isEmpty || interfaces.inlined.contains($0) }
  }

  /// Returns whether a module imports one whose interface must be made first.
  private func isBlocked(_ module: Int) -> Bool {
    modules.indices.contains { modules[$0].importers.contains(module) && isInterfaceNeeded($0) }
  }

  /// Divides sources into at most `count` batches of similar cost. There are more if they would be too large.
  private func batches(_ sources: Set<String>, in module: Int, count: Int, isSpeculative: Bool) -> [Step] {
    let count = max(min(count, sources.count), (sources.count + Self.largestBatch - 1) / Self.largestBatch)
    var parts = [(cost: Double, sources: [String])](repeating: (0, []), count: count)
    let expensiveFirst = sources.sorted { (history.cost(of: $1), $0) < (history.cost(of: $0), $1) }
    for source in expensiveFirst {
      guard let index = parts.indices.min(by: { parts[$0].cost < parts[$1].cost }) else { continue }
      parts[index].cost += history.cost(of: source)
      parts[index].sources.append(source)
    }
    return parts.map {
      .compile(Batch(module: module, sources: $0.sources.sorted(), isSpeculative: isSpeculative))
    }
  }
}
