/// The times that earlier compilations took.
struct CompilationHistory: Sendable {
  /// The time of each source, in seconds.
  private var costs: [String: Double] = [:]

  /// Records the time that a frontend took for these sources, in seconds.
  mutating func took(_ seconds: Double, for sources: [String]) {
    // The frontend's own start is a large part of the time. The previous estimates are scaled, so that it is
    // shared.
    let all = cost(of: Set(sources))
    for source in sources { costs[source] = seconds * cost(of: source) / max(all, 0.001) }
  }

  /// Returns the estimated time of a source, in seconds.
  func cost(of source: String) -> Double { costs[source] ?? 0.3 }

  /// Returns the estimated time of these sources, in seconds.
  func cost(of sources: Set<String>) -> Double { sources.reduce(0) { $0 + cost(of: $1) } }
}

extension Compilation {
  /// Records the time that a frontend took for a batch, in seconds.
  package mutating func took(_ seconds: Double, for batch: Batch) {
    history.took(seconds, for: batch.sources)
  }
}
