import Reloader

/// The process of one generation in the world, independent of the reloader's state.
struct SimulatedProcess {
  /// An event that the process still owes: the acknowledgement of a command or, once it is paused, that it is
  /// drained.
  enum Command: CaseIterable { case pause, release, drain }

  let artifact: Artifact
  let held: Bool
  /// The addresses at which its code listens. A worker or a script has none.
  let opens: Set<String>
  /// The number of saves of files that only the server reads, before its start.
  let serverFiles: Int
  /// Whether it may accept: it was started so or released, and has not acknowledged a pause since.
  var accepts: Bool
  /// Whether it has listened.
  var listens = false
  /// The addresses at which it listens, in the order in which it opened them.
  var addresses: [String] = []
  /// Its listeners by address, each with whether it polls it.
  var listeners: [String: Bool] = [:]
  /// Whether it is still expected to listen, as the last good program did.
  var isAwaited = false
  /// Whether it is ready, if it is held.
  var readiness: SimulatedReadiness
  /// Whether it works, as far as checks have told.
  var health = SimulatedHealth()
  /// Whether it has a listener that cannot be held.
  var isUnholdable = false
  /// Whether it was started alone, or was released.
  var isReleased: Bool
  /// Whether it was live.
  var hasServed: Bool
  var unacknowledged: Set<Command> = []
  /// Whether it does not become live again, and has the time to answer its requests.
  var isDraining = false
  /// Whether it has reported since its pause that it is drained, or has had the time for it.
  var isDrained = false
  /// Whether it did not stop accepting, and can only be ended for its successor.
  var pauseFailed = false
  /// The number of candidates in a row for which it did not stop accepting.
  var keptOn = 0
  /// Whether it may be ended before its successor is started, because one of the two accepts at any time, or because
  /// the settings say so.
  var isReplaced = false
  /// Whether it has passed its probation.
  var isProven = false
  var isTerminated = false
  var isKilled = false
  /// Whether it has exceeded a time limit after which it may be killed.
  var isOverdue = false

  init(
    _ artifact: Artifact, held: Bool, opens: Set<String>, serverFiles: Int, _ readiness: SimulatedReadiness
  ) {
    self.artifact = artifact
    self.held = held
    self.opens = opens
    self.serverFiles = serverFiles
    self.readiness = readiness
    isReleased = !held
    accepts = !held
    hasServed = !held
  }

  /// Whether it is new and held, and may become live.
  var isCandidate: Bool { held && !hasServed && !isTerminated && !isKilled }

  /// Whether it was live, and may become live again.
  var isPaused: Bool { hasServed && !accepts && !isDraining && !isTerminated && !isKilled }

  /// Whether it is new and held, and may become ready.
  var isStarting: Bool { isCandidate && !isReleased }

  /// Whether clients reach it.
  var isReachable: Bool { listens && accepts && hasServed && !isTerminated && !isKilled }
}
