extension Compilation {
  /// The modules whose interface, as debuggers see it, may differ from their objects.
  package var unknownToDebuggers: Set<Int> { outdated.union(affected).union(unwrapped) }
}
