/// An instruction to the driver. Actions are the only output of ``Reloader``.
package enum Action: Equatable, Sendable {
  /// Starts a build. At most one build runs at a time. It ends with ``Event/built(_:)``.
  case startBuild
  /// Starts a build that compiles all of the user's sources again. It ends with ``Event/built(_:)``.
  case startCleanBuild
  /// Stops the running build the way Ctrl-C does. The build still ends with ``Event/built(_:)``.
  case cancelBuild
  /// Kills the running build (SIGKILL).
  case killBuild
  /// Starts a program as the generation with this number. A held generation binds and listens, but accepts
  /// nothing until it is released.
  case start(Int, Artifact, held: Bool)
  /// Tells a generation to stop accepting, to hand over or close its idle connections, and to report
  /// ``GenerationEvent/paused(_:)``. It then finishes the requests in flight, takes no new ones, and reports
  /// ``GenerationEvent/drained``.
  case pause(Int)
  /// Tells a generation to accept connections, for the first time or again after a pause.
  case release(Int)
  /// Asks a generation to end (SIGTERM).
  case terminate(Int)
  /// Kills all processes in the generation's process group (SIGKILL).
  case kill(Int)
  /// Deletes a program that will not be started again.
  case discard(Artifact)
  /// Schedules ``Event/due(_:)`` after this time. A deadline that is already set is replaced.
  case set(Deadline, after: Duration)
  /// Cancels a deadline.
  case cancel(Deadline)
  /// Prints a report for the user.
  case report(Report)
  /// Exits, because every process has ended.
  case leave
}

/// A time limit. The driver sends ``Event/due(_:)`` when it is reached.
package enum Deadline: Hashable, Sendable {
  /// The time to report that a build is still running.
  case slowBuild
  /// The time to report that a generation is still starting.
  case slowStart(Int)
  /// The deadline for a generation to be ready.
  case readiness(Int)
  /// The deadline for a generation to stop accepting.
  case pause(Int)
  /// The deadline for a generation to start accepting.
  case release(Int)
  /// The end of a generation's probation.
  case probation(Int)
  /// The deadline for a draining generation to answer its requests in flight.
  case drain(Int)
  /// The deadline for a generation to end after SIGTERM.
  case termination(Int)
  /// The time to start a server again that has ended.
  case restart
  /// The time to reset the back-off, because the server is not in a crash loop.
  case health(Int)
}

/// The time limits, and the settings that decide how a swap is done.
package struct Timing: Equatable, Sendable {
  /// The time after which a build is reported as still running. The first build is never reported.
  package var slowBuild: Duration = .seconds(5)
  /// The time after which a generation is reported as still starting.
  package var slowStart: Duration = .seconds(5)
  /// The time from the start of a generation by which it must be ready.
  package var readiness: Duration = .seconds(30)
  /// The time that a generation has to stop accepting, or to start accepting.
  package var handover: Duration = .seconds(5)
  /// The time that a new generation must live before the old generation is drained.
  package var probation: Duration = .seconds(1)
  /// The time that requests in flight may take before the old generation is terminated.
  package var drain: Duration = .seconds(10)
  /// The time between SIGTERM and SIGKILL.
  package var grace: Duration = .seconds(5)
  /// The delay before the first restart of a server that ended. It doubles with each restart.
  package var backoff: Duration = .seconds(1)
  /// The maximum delay before a restart.
  package var backoffLimit: Duration = .seconds(30)
  /// The time that a server must live for the next restart to wait ``backoff`` again.
  package var health: Duration = .seconds(10)
  /// Whether the old generation is stopped before the new one is started. Servers that own an exclusive
  /// resource need this.
  package var replaces = false
  /// Whether idle connections are handed to the new generation at a swap. Otherwise they are closed.
  package var movesConnections = true
  /// Whether a server that ends by itself is started again.
  package var restarts = true

  /// Creates the default limits.
  package init() {}
}
