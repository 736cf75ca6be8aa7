/// The paths that changed, in the order in which they were first seen, each once.
struct Changes {
  private var order: [String] = []
  private var seen: Set<String> = []

  mutating func insert(_ path: String) {
    if seen.insert(path).inserted { order.append(path) }
  }

  mutating func insert(_ paths: some Sequence<String>) {
    for path in paths { insert(path) }
  }

  /// Hands everything over and starts anew.
  mutating func take() -> [String] {
    defer { self = Changes() }
    return order
  }
}
