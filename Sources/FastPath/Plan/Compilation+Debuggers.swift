extension Compilation {
  /// The modules whose interface, as debuggers see it, may differ from their objects.
  package var unknownToDebuggers: Set<Int> { outdated.union(affected).union(unwrapped) }

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
}
