/// The paths that have changed, each once, in the order of their first change.
struct Changes {
  /// The paths in their order.
  private var order: [String] = []
  private var seen: Set<String> = []

  /// Adds a path unless it is there already.
  mutating func insert(_ path: String) {
    if seen.insert(path).inserted { order.append(path) }
  }

  /// Adds the paths that are not there already.
  mutating func insert(_ paths: some Sequence<String>) {
    for path in paths { insert(path) }
  }

  /// Returns all paths and empties the collection.
  mutating func take() -> [String] {
    defer { self = Changes() }
    return order
  }
}
