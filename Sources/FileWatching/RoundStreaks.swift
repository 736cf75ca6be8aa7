/// Counts in how many rounds in a row a file has changed while the round was open, and after how many it has as long after
/// its end as after one of the two before. Pure.
struct RoundStreaks: Sendable {
  private struct Streak {
    var count: Int
    var round: Int
  }
  private struct Trail {
    var delay: Duration
    var count: Int
    var round: Int
  }

  /// A file that changes later than this after a round does not follow it.
  private static let horizon: Duration = .seconds(60)

  /// The number of the last round.
  private(set) var round = 0
  private var streaks: [String: Streak] = [:]
  private var trails: [String: Trail] = [:]

  mutating func roundBegan() {
    streaks = streaks.filter { $0.value.round == round }
    trails = trails.filter { $0.value.round >= round - 1 }
    round += 1
  }

  /// Returns in how many rounds in a row the file has changed while they were open.
  func count(_ path: String) -> Int { streaks[path]?.count ?? 0 }

  /// Notes that the file changed while this round was open.
  mutating func changed(_ path: String, in round: Int) {
    guard round >= self.round - 1 else { return }
    if streaks[path].map({ $0.round < round }) ?? true {
      let former = streaks[path]
      streaks[path] = Streak(count: former?.round == round - 1 ? count(path) + 1 : 1, round: round)
    }
    trails[path] = Trail(delay: .zero, count: count(path), round: round)
  }

  /// Notes that the file changed after the end of the last round. Returns how many rounds it seems to follow.
  mutating func changed(_ path: String, after delay: Duration) -> Int {
    let former = trails[path]
    if let former, former.round == round { return former.count }
    let follows = former.map { isSame(delay, as: $0.delay) } ?? false
    trails[path] = Trail(delay: delay, count: follows ? (former?.count ?? 0) + 1 : 0, round: round)
    return trails[path]?.count ?? 0
  }

  mutating func forget(_ path: String) { (streaks[path], trails[path]) = (nil, nil) }

  private func isSame(_ delay: Duration, as former: Duration) -> Bool {
    let difference = delay > former ? delay - former : former - delay
    return delay < Self.horizon && difference <= .milliseconds(300) + former / 20
  }
}
