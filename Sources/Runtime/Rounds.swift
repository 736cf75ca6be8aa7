internal import FileWatching
internal import Posix

/// The rounds of a ``LoopBreaker``: of what is polled it is known only later that it has changed in one.
struct Rounds {
  var breaker = LoopBreaker()
  /// The last one, by the clock of file systems.
  private var last: (began: Int64, ended: Int64) = (0, 0)

  /// A save was taken up.
  mutating func began() {
    if !breaker.isRoundOpen { last.began = FileSystem.now }
    breaker.roundBegan()
  }

  /// What was saved serves, or has failed.
  mutating func ended() {
    if breaker.isRoundOpen { last.ended = FileSystem.now }
    breaker.roundEnded(at: .now)
  }

  /// These were touched just now, or, if `polled`, since the last look. `certain` have changed; so has, for a build, what
  /// differs from what was known, such as an empty file that it makes and removes.
  mutating func saw(_ paths: [String], certain: [String], polled: Bool, differs: (String) -> Bool) {
    let now = ContinuousClock.now
    if breaker.isRoundOpen {
      breaker.changed(paths.filter(differs), at: now)
    } else {
      let late = polled ? certain.filter(hasChangedInLast) : []
      breaker.changedInRound(late, at: now)
      breaker.changed(certain.filter { !late.contains($0) }, at: now)
    }
  }

  private func hasChangedInLast(_ path: String) -> Bool {
    FileSystem.Stamp(path).map { last.began <= $0.changed && $0.changed < last.ended } ?? false
  }
}
