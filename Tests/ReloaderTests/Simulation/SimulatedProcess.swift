import Reloader

/// The process of one generation, as the world knows it: not what the reloader believes of it.
struct SimulatedProcess {
  /// What is awaited of it: the acknowledgement of a command, or, once it is paused, that it has settled.
  enum Command: CaseIterable { case pause, release, settle }

  let artifact: Artifact
  let held: Bool
  /// It is a worker or a script.
  let neverListens: Bool
  /// It may accept: it was started so, or released, and has not acknowledged a pause since.
  var accepts: Bool
  var listens = false
  /// It has yet to listen, as the last good program did.
  var isAwaited = false
  var saidReady = false
  /// It was the one that serves.
  var hasServed: Bool
  var unacknowledged: Set<Command> = []
  /// Since it was paused, it has said that it is settled, or was given the time to.
  var isDrained = false
  /// It did not stop accepting, and can only be ended for its successor.
  var refusedPause = false
  /// So often in a row it did not stop accepting for a candidate.
  var keptOn = 0
  /// It may be ended before its successor is started: one of the two accepts when it likes.
  var isReplaced = false
  /// It has outlived its probation.
  var isProven = false
  var isTerminated = false
  var isKilled = false
  /// It has let a time limit pass after which it may be killed.
  var isOverdue = false

  init(_ artifact: Artifact, held: Bool, neverListens: Bool) {
    self.artifact = artifact
    self.held = held
    self.neverListens = neverListens
    accepts = !held
    hasServed = !held
  }
}
