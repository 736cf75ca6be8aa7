internal import Posix

/// Whether git still changes files of a batch: a checkout, a merge or a stash is one save, however long git takes.
package struct GitProgress {
  package enum State {
    /// No more of the batch is to come from git.
    case atRest
    /// It changes a working tree.
    case changing
    /// It has changed one, maybe after the last look at what is polled.
    case unseen
  }

  /// Those in which the watched files are.
  package var repositories: () -> Set<Repository> = { [] }
  /// When the batch began and when it last grew, by the clock of file systems.
  private var times: ClosedRange<Int64>?
  /// When what was polled was last called unseen, by the same clock.
  private var doubted: Int64 = 0

  /// Without a repository to wait for.
  package init() {}

  /// The batch has begun, or has grown, just now.
  package mutating func batchGrew() {
    let time = FileSystem.now
    times = min(times?.lowerBound ?? time, time)...max(time, FileSystem.latest)
  }

  /// The next one has not begun.
  package mutating func batchEnded() { times = nil }

  /// A lock that is older than the batch by `limit` is not waited for.
  package mutating func state(within limit: Duration, polled: Bool) -> State {
    guard let times else { return .atRest }
    let repositories = repositories()
    if repositories.contains(where: { $0.isChanging(times, within: limit) }) { return .changing }
    guard polled, repositories.contains(where: { $0.hasChanged(since: max(times.lowerBound, doubted)) })
    else {
      return .atRest
    }
    doubted = FileSystem.now
    return .unseen
  }
}
