extension Compilation {
  /// Modules whose interface, as debuggers have it, may not be that of the objects.
  package var unknownToDebuggers: Set<Int> { outdated.union(affected).union(unwrapped) }
}
