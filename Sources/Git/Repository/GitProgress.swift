internal import Posix

/// Tells whether git is still changing files of a batch. A checkout, a merge or a stash is one save, however
/// long git takes.
package struct GitProgress {
  package enum State {
    /// git changes no more files of the batch.
    case atRest
    /// git is changing a working tree.
    case changing
    /// git has changed a working tree, maybe after polling last looked at the files.
    case unseen
  }

  /// The times at which the batch began and last grew, by the clock of file systems.
  private var times: ClosedRange<Int64>?
  /// The time of the last state ``State/unseen``, by the same clock.
  private var doubted: Int64 = 0

  /// Creates a progress without a batch.
  package init() {}

  /// Notes that the batch has begun or has grown.
  package mutating func batchGrew() {
    let time = FileSystem.coarseTime
    times = min(times?.lowerBound ?? time, time)...max(time, FileSystem.fineTime)
  }

  /// Notes that the batch has ended.
  package mutating func batchEnded() { times = nil }

  /// Returns the state of the repositories of the watched files. A lock that is older than the batch by
  /// `limit` is ignored. `polled` is whether the files are polled.
  package mutating func state(of repositories: Set<Repository>, within limit: Duration, polled: Bool) -> State
  {
    guard let times else { return .atRest }
    if repositories.contains(where: { $0.isChanging(times, within: limit) }) { return .changing }
    guard polled, repositories.contains(where: { $0.hasChanged(since: max(times.lowerBound, doubted)) })
    else {
      return .atRest
    }
    doubted = FileSystem.coarseTime
    return .unseen
  }
}
