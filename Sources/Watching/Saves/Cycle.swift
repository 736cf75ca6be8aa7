internal import Posix

/// The build cycles of a ``LoopBreaker``, with their times. Polling finds a change only after its cycle,
/// which the file's time then determines.
struct Cycle {
  private struct Span {
    var began = Int64.max
    var ended: Int64 = 0

    func contains(_ time: Int64) -> Bool { began <= time && time <= ended }
  }

  var breaker = LoopBreaker()
  /// The time of the last build cycle, by the clock of file systems.
  private var cycleSpan = Span()
  private var buildSpan = Span()

  /// Records that a build cycle begins.
  mutating func began() {
    if !breaker.isCycleOpen { cycleSpan.began = FileSystem.coarseTime }
    breaker.cycleBegan()
  }

  /// Records that the build cycle has ended, because its program is live or has failed.
  mutating func ended() {
    if breaker.isCycleOpen { cycleSpan.ended = FileSystem.fineTime }
    breaker.cycleEnded(at: .now)
  }

  /// Records that a build is about to begin. `writesFiles` is that of
  /// ``LoopBreaker/buildBegan(writesFiles:)``.
  mutating func buildBegan(writesFiles: Bool) {
    buildSpan.began = writesFiles ? FileSystem.coarseTime : .max
    breaker.buildBegan(writesFiles: writesFiles)
  }

  /// Records that the build has ended.
  mutating func buildEnded(_ result: LoopBreaker.BuildResult) {
    buildSpan.ended = FileSystem.fineTime
    breaker.buildEnded(result, at: .now)
  }

  /// Records files that were written just now or, if `polled`, since the last look. Files that differ from
  /// their known content have changed, even if only for a moment, such as an empty file that a build makes
  /// and removes.
  mutating func observed(
    _ paths: [String], polled: Bool, differs: (String) -> Bool, isNew: (String) -> Bool,
    canBeOurs: () -> Bool
  ) {
    let mayBeOurs = !breaker.isCycleOpen && canBeOurs()
    let phases = Dictionary(grouping: paths) { polled ? latePhase($0) : nil }
    for (phase, paths) in phases {
      breaker.changed(
        paths.filter(differs), at: .now, in: phase, canBeOurs: mayBeOurs, isNew: isNew)
      breaker.written(paths, in: phase)
    }
  }

  /// Returns the phase of the last build cycle in which the file has changed; `nil` if it changed in none.
  private func latePhase(_ path: String) -> LoopBreaker.CyclePhase? {
    guard let time = FileSystem.Stamp(path)?.changed else { return nil }
    return buildSpan.contains(time) ? .build : cycleSpan.contains(time) ? .start : nil
  }
}
