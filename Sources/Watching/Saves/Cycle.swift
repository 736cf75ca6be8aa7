/// The build cycles of a ``LoopBreaker``, with their times. Polling finds a change only after its cycle,
/// which the file's time then determines. Pure: the times are passed in.
///
/// A `time` is by the clock of file systems, in nanoseconds since 1970. At a beginning it is the earliest that
/// a file may get from then on, and at an end the latest that one may have got.
struct Cycle {
  private struct Span {
    var began = Int64.max
    var ended: Int64 = 0

    func contains(_ time: Int64) -> Bool { began <= time && time <= ended }
  }

  var breaker = LoopBreaker()
  private var cycleSpan = Span()
  private var buildSpan = Span()

  /// Records that a build cycle begins.
  mutating func began(time: Int64) {
    if !breaker.isCycleOpen { cycleSpan.began = time }
    breaker.cycleBegan()
  }

  /// Records that the build cycle has ended, because its program is live or has failed.
  mutating func ended(at now: ContinuousClock.Instant, time: Int64) {
    if breaker.isCycleOpen { cycleSpan.ended = time }
    breaker.cycleEnded(at: now)
  }

  /// Records that a build is about to begin. `writesFiles` is that of
  /// ``LoopBreaker/buildBegan(writesFiles:)``.
  mutating func buildBegan(writesFiles: Bool, time: Int64) {
    buildSpan.began = writesFiles ? time : .max
    breaker.buildBegan(writesFiles: writesFiles)
  }

  /// Records that the build has ended.
  mutating func buildEnded(_ result: LoopBreaker.BuildResult, at now: ContinuousClock.Instant, time: Int64) {
    buildSpan.ended = time
    breaker.buildEnded(result, at: now)
  }

  /// Records files that were written. Files that differ from their known content have changed, even if only
  /// for a moment, such as an empty file that a build makes and removes.
  ///
  /// - Parameters:
  ///   - differs: Returns whether a file was seen with other content than it had.
  ///   - isNew: Returns whether a file did not exist before.
  ///   - changeTime: Returns the time of a file's last change. `nil` if the files were written just now, and
  ///     not since the last poll.
  ///   - canBeOurs: Returns whether an own program may have written the files.
  mutating func observed(
    _ paths: [String], at now: ContinuousClock.Instant, differs: (String) -> Bool, isNew: (String) -> Bool,
    changeTime: ((String) -> Int64?)?, canBeOurs: () -> Bool
  ) {
    let mayBeOurs = !breaker.isCycleOpen && canBeOurs()
    let phases = Dictionary(grouping: paths) { changeTime?($0).flatMap(latePhase) }
    for (phase, paths) in phases {
      breaker.changed(
        paths.filter(differs), at: now, in: phase, canBeOurs: mayBeOurs, isNew: isNew)
      breaker.written(paths, in: phase)
    }
  }

  /// Returns the phase of the last build cycle in which a file has changed at this time. `nil` if it changed
  /// in none.
  private func latePhase(_ time: Int64) -> LoopBreaker.CyclePhase? {
    buildSpan.contains(time) ? .build : cycleSpan.contains(time) ? .start : nil
  }
}
