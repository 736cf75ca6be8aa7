/// One run of the server, as far as decisions need to know it.
struct Generation: Equatable, Sendable {
  /// What it is there for.
  enum Role: Equatable, Sendable {
    /// New, held: it does not accept yet.
    case candidate
    /// The one that accepts.
    case serving
    /// Paused while its successor is on probation, to be resumed if that dies.
    case fallback
    /// Its time is over.
    case leaving
  }

  /// Why it was started, which decides what is done if it dies young.
  enum Reason: Equatable, Sendable {
    /// A build, while nothing ran.
    case build
    /// A build, in place of something that ran.
    case replacement
    /// The last good program again.
    case restart
  }

  let artifact: Artifact
  let reason: Reason
  var role: Role
  let startedAt: ContinuousClock.Instant
  var readyAt: ContinuousClock.Instant?
  /// When it was asked to stop accepting.
  var pauseBeganAt: ContinuousClock.Instant?
  var pausedAt: ContinuousClock.Instant?
  /// It was asked to before, and did not.
  var hasKeptOn = false
  /// It is to accept again after a pause, and has not said that it does.
  var isResuming = false
  /// What its connections were doing when it was paused.
  var connections = Connections()
  /// When it must be ready, or have ended.
  var deadline: ContinuousClock.Instant?
  /// What it has not done yet to be ready, where more is asked for than to wait for connections.
  var obstacle: String?
  /// Where it has listened, in the order in which it began to.
  var addresses: [String] = []
  /// It has listened at least once.
  var listens = false
  /// It accepts when it likes: it must end before another is started.
  var isUncontrolled = false
  /// It accepts as soon as it listens, as the last good program did: before that it has not started.
  var awaitsListener = false
  /// It has outlived its probation.
  var proven = false
  /// Nothing of it is in flight.
  var settled = false
  /// It has been sent SIGTERM, or SIGKILL.
  var terminated = false
}
