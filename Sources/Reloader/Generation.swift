/// The state of one run of the server, as far as ``Reloader`` needs it.
struct Generation: Equatable, Sendable {
  /// The use of a generation.
  enum Role: Equatable, Sendable {
    /// It is new and held. It does not accept yet.
    case candidate
    /// It is live: the one generation that accepts.
    case live
    /// It is paused while its successor is on probation. It is resumed if the successor dies.
    case fallback
    /// It is draining, or was asked to end.
    case draining
  }

  /// Why a generation was started. This decides what happens if it dies before it has passed its probation.
  enum Reason: Equatable, Sendable {
    /// A build has made its program, and nothing ran before.
    case build
    /// A build has made its program in place of one that ran.
    case replacement
    /// The last good program was started again.
    case restart
  }

  /// The pause of a generation for its successor, and the way back.
  struct Pause: Equatable, Sendable {
    /// The time when it was asked to stop accepting.
    var beganAt: ContinuousClock.Instant?
    /// The time when it stopped accepting; `nil` if it accepts, or has not been paused.
    var at: ContinuousClock.Instant?
    /// Whether it was asked to stop accepting before, and did not.
    var hasFailed = false
    /// Whether it was released after a pause, and has not confirmed yet that it accepts.
    var isResuming = false
    /// Its connections at the moment when it was paused.
    var connections = Connections()
    /// Whether it has answered all requests in flight.
    var isDrained = false
  }

  /// The program that it runs.
  let artifact: Artifact
  /// The reason why it was started.
  let reason: Reason
  /// The current use of it.
  var role: Role
  /// The time when it was started.
  let startedAt: ContinuousClock.Instant
  /// The time when it became ready.
  var readyAt: ContinuousClock.Instant?
  /// Its pause for its successor.
  var pause = Pause()
  /// Whether it is ready, and what it lacks.
  var readiness: Readiness
  /// Whether it was not released yet, and thus has never accepted.
  var isHeld: Bool
  /// The time by which it must have ended; `nil` if it was not asked to.
  var terminationDeadline: ExtensibleDeadline?
  /// The addresses at which it listens, in the order in which they were reported.
  var addresses: [String] = []
  /// Whether it has listened at least once.
  var listens = false
  /// Whether it cannot be held. It must then end before another generation is started.
  var isUnholdable = false
  /// Whether it has passed its probation.
  var hasPassedProbation = false
  /// Whether it was given up because it does not work any more.
  var isUnhealthy = false
  /// Whether SIGTERM or SIGKILL was sent to it.
  var terminated = false
}
