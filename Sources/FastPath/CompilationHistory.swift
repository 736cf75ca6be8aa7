/// How long earlier compilations of each source took.
struct CompilationHistory: Sendable {
  private var costs: [String: Double] = [:]

  /// A frontend took so many seconds for these.
  mutating func took(_ seconds: Double, for sources: [String]) {
    // Much of it is the frontend's own start, whatever it compiles.
    let all = cost(of: Set(sources))
    for source in sources { costs[source] = seconds * cost(of: source) / max(all, 0.001) }
  }

  /// How long a source takes, in about seconds.
  func cost(of source: String) -> Double { costs[source] ?? 0.3 }

  /// How long these take.
  func cost(of sources: Set<String>) -> Double { sources.reduce(0) { $0 + cost(of: $1) } }
}

extension Compilation {
  /// A frontend took so many seconds for a batch.
  package mutating func took(_ seconds: Double, for batch: Batch) {
    history.took(seconds, for: batch.sources)
  }
}
