/// A histogram of durations, as Prometheus counts them.
struct Histogram: Equatable, Sendable {
  /// The upper bounds of the buckets, in seconds: from a pause of a swap to a first build.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

  /// The number of durations up to each bound, and above the one before.
  private var counts = [Int](repeating: 0, count: bounds.count + 1)
  /// The sum of all durations, in seconds.
  private(set) var sum = 0.0

  /// Adds a duration in seconds.
  mutating func add(_ seconds: Double) {
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sum += seconds
  }

  /// The number of durations up to each bound, the last of which is `+Inf`.
  var cumulative: [(bound: String, count: Int)] {
    var total = 0
    return zip(Self.bounds.map { "\($0)" } + ["+Inf"], counts).map { bound, count in
      total += count
      return (bound.hasSuffix(".0") ? String(bound.dropLast(2)) : bound, total)
    }
  }

  /// The number of durations.
  var count: Int { counts.reduce(0, +) }
}
