/// Counts the build cycles in a row in which a file has changed, and those after which it has changed with
/// the same delay as after one of the two before. Pure.
struct CycleStreaks: Sendable {
  /// The build cycles in which a file has changed.
  private struct Streak {
    /// The number of build cycles in a row.
    var count: Int
    /// The number of the last one.
    var cycle: Int
  }
  /// The build cycles after which a file has changed with the same delay.
  private struct Trail {
    /// The delay after the end of the last one.
    var delay: Duration
    /// The number of build cycles in a row.
    var count: Int
    /// The number of the last one.
    var cycle: Int
  }

  /// The delay after a build cycle from which on a change is no consequence of it.
  private static let horizon: Duration = .seconds(60)

  /// The number of the last build cycle.
  private(set) var cycle = 0
  /// The build cycles in which files have changed, by path.
  private var streaks: [String: Streak] = [:]
  /// The build cycles after which files have changed, by path.
  private var trails: [String: Trail] = [:]

  /// Records that a build cycle begins. Files that have not changed in or after the last ones are forgotten.
  mutating func cycleBegan() {
    streaks = streaks.filter { $0.value.cycle == cycle }
    trails = trails.filter { $0.value.cycle >= cycle - 1 }
    cycle += 1
  }

  /// Returns the number of build cycles in a row in which the file has changed.
  func count(_ path: String) -> Int { streaks[path]?.count ?? 0 }

  /// Records that the file changed in this build cycle.
  mutating func changed(_ path: String, in cycle: Int) {
    guard cycle >= self.cycle - 1 else { return }
    if streaks[path].map({ $0.cycle < cycle }) ?? true {
      let former = streaks[path]
      streaks[path] = Streak(count: former?.cycle == cycle - 1 ? count(path) + 1 : 1, cycle: cycle)
    }
    trails[path] = Trail(delay: .zero, count: count(path), cycle: cycle)
  }

  /// Records that the file changed after the end of the last build cycle. Returns the number of build cycles
  /// in a row that it has followed with the same delay.
  mutating func changed(_ path: String, after delay: Duration) -> Int {
    let former = trails[path]
    if let former, former.cycle == cycle { return former.count }
    let follows = former.map { isSame(delay, as: $0.delay) } ?? false
    trails[path] = Trail(delay: delay, count: follows ? (former?.count ?? 0) + 1 : 0, cycle: cycle)
    return trails[path]?.count ?? 0
  }

  /// Forgets a file.
  mutating func forget(_ path: String) { (streaks[path], trails[path]) = (nil, nil) }

  /// Returns whether two delays are the same, within 300 ms and 5 %.
  private func isSame(_ delay: Duration, as former: Duration) -> Bool {
    let difference = delay > former ? delay - former : former - delay
    return delay < Self.horizon && difference <= .milliseconds(300) + former / 20
  }
}
