/// The time limits, and the settings that decide how a swap is done.
package struct Timing: Equatable, Sendable {
  /// The time after which a generation is reported as still starting.
  package var slowStart: Duration = .seconds(5)
  /// The time from the start of a generation by which it must be ready.
  package var readiness: Duration
  /// The conditions besides listening for a new generation to take over.
  package var conditions = Readiness.Conditions.none
  /// The time that a generation has to stop accepting, or to start accepting.
  package var handover: Duration
  /// The time that a new generation must live before the old generation is drained.
  package var probation: Duration
  /// The time that requests in flight may take before the old generation is terminated.
  package var drain: Duration
  /// The time between SIGTERM and SIGKILL.
  package var grace: Duration
  /// The delay before the first restart of a server that ended. It doubles with each restart.
  package var backoff: Duration
  /// The maximum delay before a restart.
  package var backoffLimit: Duration
  /// The time that a server must live for the next restart to wait ``backoff`` again.
  package var health: Duration
  /// The checks of the live generation.
  package var liveness = Liveness.Conditions()
  /// Whether the old generation is stopped before the new one is started. Servers that own an exclusive
  /// resource need this.
  package var replaces = false
  /// Whether idle connections are handed to the new generation at a swap. Otherwise they are closed.
  package var movesConnections = true
  /// Whether a server that ends by itself is started again, and how often.
  package var policy = RestartPolicy()

  /// Creates the limits. The settings have their default values.
  package init(
    readiness: Duration, handover: Duration, probation: Duration, drain: Duration, grace: Duration,
    backoff: Duration, backoffLimit: Duration, health: Duration
  ) {
    (self.readiness, self.handover, self.probation) = (readiness, handover, probation)
    (self.drain, self.grace) = (drain, grace)
    (self.backoff, self.backoffLimit, self.health) = (backoff, backoffLimit, health)
  }
}
