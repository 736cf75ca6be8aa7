/// The goal of a ``SwapRun``, and the looks at resources on the way.
struct SwapGoal {
  /// The minimum number of swaps.
  let swaps: Int
  /// The minimum number of requests.
  let requests: Int
  /// The duration of the load before the first swap, for comparison.
  let quiet: Duration
  /// Whether the resources are compared after ``warmSwaps`` and at the end.
  let watchesHygiene: Bool

  /// The number of swaps before the first look at the resources.
  var warmSwaps: Int { min(100, swaps / 2) }
}
