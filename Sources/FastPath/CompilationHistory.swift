/// What earlier compilations tell about the next ones: how long a source takes, and whether others see its edits.
struct CompilationHistory: Sendable {
  /// Edits in a row that nobody saw, after which the next one is expected to be no different.
  private static let patience = 2

  private var costs: [String: Double] = [:]
  private var unseenEdits: [String: Int] = [:]

  /// These sources are compiled after an edit, of which is not known yet who sees it.
  mutating func begin(changed: Set<String>) {
    for source in changed { unseenEdits[source, default: 0] += 1 }
  }

  /// Others saw the last edit of a source.
  mutating func wasSeen(_ source: String) { unseenEdits[source] = 0 }

  /// Whether others may see what was done to these sources.
  func isLikelySeen(_ sources: Set<String>) -> Bool {
    sources.contains { unseenEdits[$0, default: 0] <= Self.patience }
  }

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
