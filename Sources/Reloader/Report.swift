/// A fact for the user. The module Console turns it into text.
package enum Report: Equatable, Sendable {
  /// A build has started. `first` is true if no program has been built yet.
  case building(first: Bool)
  /// A new generation crashed, possibly because of an incremental build. Everything is built again.
  case buildingClean
  /// The build has been running for this time.
  case stillBuilding(Duration)
  /// The build succeeded after this time.
  case built(Duration)
  /// The build made the same programs as before, of which there are `programs`, after this time.
  case unchanged(Duration, programs: Int)
  /// The build failed after this time. `serving` are the generations that stay live.
  case buildFailed(Duration, serving: [ServiceID: Int])
  /// A newer save superseded the build.
  case buildSuperseded
  /// A generation that was started alone listens at this address.
  case serving(Int, String)
  /// A generation that was started alone does not listen at these addresses of the one before it.
  case closed(Int, [String])
  /// A program was started that does not listen, or not yet.
  case started(Int)
  /// A new generation is live.
  case live(Swapped)
  /// An old generation has ended after a pause. `requests` is the number of requests that it had in flight
  /// when it was paused.
  case drained(Int, requests: Int)
  /// Requests were still in flight when the drain time was over.
  case drainTimedOut(Int, after: Duration)
  /// A generation did not end in time after SIGTERM, and was killed.
  case killed(Int, after: Duration)
  /// A new generation died before it was live.
  case diedBeforeReady(Int, Ending, serving: Int?)
  /// A new generation is still starting after this time.
  case stillStarting(Int, Unready, after: Duration)
  /// A new generation was not ready in time.
  case notReady(Int, Unready, after: Duration, serving: Int?)
  /// The old generation did not stop accepting.
  case handoverFailed(from: Int, to: Int)
  /// The old generation failed to stop accepting for the second time, and is being terminated.
  case handoverForced(from: Int, to: Int)
  /// An old generation did not confirm in time that it accepts again. It is killed.
  case notResumed(Int, after: Duration)
  /// A newer build superseded a generation that was not live yet.
  case superseded(Int)
  /// The build made the program that this generation already runs. The generation stays live, and a newer
  /// candidate was terminated.
  case unchangedGeneration(Int)
  /// A new generation died within its probation, and the generation before it is live again.
  case rolledBack(from: Int, Ending, to: Int)
  /// The live generation does not work any more, and is terminated. The fallback is live again when it has ended.
  case unhealthy(Int, Liveness.Failure, fallback: Int?)
  /// The server ended, and there is nothing to start in its place. The next save starts it.
  case died(Int, Ending)
  /// The server ended while its successor was starting. The successor is live as soon as it is ready.
  case diedBeforeSuccessor(Int, Ending, successor: Int)
  /// A program that does not listen has exited with status 0.
  case finished(Int)
  /// A restart is scheduled after ``Restart/delay``. The ``Ending`` is `nil` if hotreload stopped the
  /// generation itself.
  case restarting(Int, Ending?, Restart)
  /// The server ended, and has been started again as often as the policy allows: this many times. The next save
  /// starts it. The ``Ending`` is `nil` if hotreload stopped the generation itself.
  case gaveUp(Int, Ending?, restarts: Int)
  /// Hotreload was asked to stop, and waits for this many generations to end.
  case leaving(waitingFor: Int)
}

/// Why a generation is not ready.
package enum Unready: Equatable, Sendable {
  /// It does not listen.
  case silent
  /// It listens at these addresses, but was not seen to wait for connections on each of them.
  case unpolled([String])
  /// It waits for connections, but this condition is not met.
  case pendingCondition(Readiness.UnmetCondition)
  /// It waits for connections, but has not confirmed that it accepts.
  case unreleased
}

/// A scheduled restart.
package struct Restart: Equatable, Sendable {
  /// The time until the restart.
  package var delay: Duration
  /// Whether the program that ended is restarted. Otherwise it is the last good program before it.
  package var isSameProgram: Bool
  /// Whether the listener stays open, so that clients wait.
  package var clientsWait: Bool

  /// Creates a scheduled restart.
  package init(after delay: Duration, isSameProgram: Bool = true, clientsWait: Bool = true) {
    self.delay = delay
    self.isSameProgram = isSameProgram
    self.clientsWait = clientsWait
  }
}

/// The measurements of a completed swap.
package struct Swapped: Equatable, Sendable {
  /// The number of the generation that is live now.
  package var generation: Int
  /// The time from its start until it was live.
  package var total: Duration
  /// The time from its start until it was ready.
  package var ready: Duration
  /// The time for which connections waited in the kernel's queue. It begins when the old generation was asked
  /// to stop accepting, and ends when the new one accepts.
  package var pause: Duration
  /// The connections of the old generation when it was paused.
  package var connections: Connections
  /// The addresses at which only the new generation listens.
  package var opened: [String]
  /// The addresses at which only the old generation listened.
  package var closed: [String]

  /// Creates the measurements.
  package init(
    generation: Int, total: Duration, ready: Duration, pause: Duration, connections: Connections,
    opened: [String] = [], closed: [String] = []
  ) {
    self.generation = generation
    self.total = total
    self.ready = ready
    self.pause = pause
    self.connections = connections
    self.opened = opened
    self.closed = closed
  }
}
