extension Compilation {
  /// The modules whose interface, as debuggers see it, may differ from their objects.
  package var unknownToDebuggers: Set<Int> {
    interfaces.outdated.union(interfaces.affected).union(interfaces.unwrapped)
  }

  /// The next module whose interface is to be made when there is nothing else to do; `nil` if all are up to
  /// date.
  package var nextIdleInterface: Int? {
    modules.indices.first { module in
      interfaces.unemitted.contains(module)
        || interfaces.hashes[module] == nil && sources[module].contains { texts[$0]?.isInlined == true }
    }
  }

  /// Records that a module's interface was wrapped into an object for debuggers.
  package mutating func wrapped(_ module: Int) { interfaces.unwrapped.remove(module) }
}
