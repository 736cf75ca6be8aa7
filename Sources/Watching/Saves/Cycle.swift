internal import Posix

/// The build cycles of a ``LoopBreaker``, with their times. Polling finds a change only after its cycle,
/// which the file's time then determines.
struct Rounds {
  private struct Span {
    var began = Int64.max
    var ended: Int64 = 0

    func contains(_ time: Int64) -> Bool { began <= time && time <= ended }
  }

  var breaker = LoopBreaker()
  /// The time of the last build cycle, by the clock of file systems.
  private var round = Span()
  private var build = Span()

  /// Records that a build cycle begins.
  mutating func began() {
    if !breaker.isRoundOpen { round.began = FileSystem.coarseTime }
    breaker.roundBegan()
  }

  /// Records that the build cycle has ended, because its program is live or has failed.
  mutating func ended() {
    if breaker.isRoundOpen { round.ended = FileSystem.fineTime }
    breaker.roundEnded(at: .now)
  }

  /// Records that a build is about to begin. `writesFiles` is that of
  /// ``LoopBreaker/buildBegan(writesFiles:)``.
  mutating func buildBegan(writesFiles: Bool) {
    build.began = writesFiles ? FileSystem.coarseTime : .max
    breaker.buildBegan(writesFiles: writesFiles)
  }

  /// Records that the build has ended.
  mutating func buildEnded(_ result: LoopBreaker.BuildResult) {
    build.ended = FileSystem.fineTime
    breaker.buildEnded(result, at: .now)
  }

  /// Records files that were written just now or, if `polled`, since the last look. Files that differ from
  /// their known content have changed, even if only for a moment, such as an empty file that a build makes
  /// and removes.
  mutating func saw(
    _ paths: [String], polled: Bool, differs: (String) -> Bool, isNew: (String) -> Bool,
    canBeOurs: () -> Bool
  ) {
    let mayBeOurs = !breaker.isRoundOpen && canBeOurs()
    let windows = Dictionary(grouping: paths) { polled ? lateWindow($0) : nil }
    for (window, paths) in windows {
      breaker.changed(
        paths.filter(differs), at: .now, in: window, canBeOurs: mayBeOurs, isNew: isNew)
      breaker.written(paths, in: window)
    }
  }

  /// Returns the phase of the last build cycle in which the file has changed; `nil` if it changed in none.
  private func lateWindow(_ path: String) -> LoopBreaker.Window? {
    guard let time = FileSystem.Stamp(path)?.changed else { return nil }
    return build.contains(time) ? .build : round.contains(time) ? .start : nil
  }
}
