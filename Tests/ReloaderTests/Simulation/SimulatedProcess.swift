import Reloader

/// The process of one generation, as the world knows it: not what the reloader believes of it.
struct SimulatedProcess {
  /// A command that has not been acknowledged yet.
  enum Command: CaseIterable { case pause, release, retire }

  let artifact: Artifact
  let held: Bool
  /// It is a worker or a script.
  let neverListens: Bool
  /// It may accept: it was started so, or released, and has not acknowledged a pause since.
  var accepts: Bool
  var listens = false
  var saidReady = false
  /// It was the one that serves.
  var hasServed: Bool
  var unacknowledged: Set<Command> = []
  /// Since it was retired, it has said that it is settled, or was given the time to.
  var isDrained = false
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
