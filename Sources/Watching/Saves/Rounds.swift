internal import Posix

/// The rounds of a ``LoopBreaker``. Polling tells only later that a file has changed in one: then the file's time decides.
struct Rounds {
  private struct Span {
    var began = Int64.max
    var ended: Int64 = 0

    func contains(_ time: Int64) -> Bool { began <= time && time <= ended }
  }

  var breaker = LoopBreaker()
  /// The last round and the last build in it, by the clock of file systems.
  private var round = Span()
  private var build = Span()

  /// A save was taken up.
  mutating func began() {
    if !breaker.isRoundOpen { round.began = FileSystem.now }
    breaker.roundBegan()
  }

  /// What was saved serves, or has failed.
  mutating func ended() {
    if breaker.isRoundOpen { round.ended = FileSystem.latest }
    breaker.roundEnded(at: .now)
  }

  /// A build is about to begin; `writesFiles` as in ``LoopBreaker/buildBegan(writesFiles:)``.
  mutating func buildBegan(writesFiles: Bool) {
    build.began = writesFiles ? FileSystem.now : .max
    breaker.buildBegan(writesFiles: writesFiles)
  }

  /// It has ended.
  mutating func buildEnded(_ result: LoopBreaker.BuildResult) {
    build.ended = FileSystem.latest
    breaker.buildEnded(result, at: .now)
  }

  /// These were written just now, or, if `polled`, since the last look. Those that differ from what was known have changed,
  /// be it for a moment, such as an empty file that a build makes and removes.
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

  /// The window of the last round in which the file has changed.
  private func lateWindow(_ path: String) -> LoopBreaker.Window? {
    guard let time = FileSystem.Stamp(path)?.changed else { return nil }
    return build.contains(time) ? .build : round.contains(time) ? .start : nil
  }
}
