/// What the user is told, as facts; the console finds the words.
package enum Report: Equatable, Sendable {
  /// These files were saved.
  case changed([String])
  /// A build has begun. `first`: no program has been built yet.
  case building(first: Bool)
  /// A build succeeded, after this time.
  case built(Duration)
  /// The build left the same program.
  case unchanged(Duration)
  /// The build failed; `serving` is the generation that goes on.
  case buildFailed(Duration, serving: Int?)
  /// A newer save made the build pointless.
  case buildSuperseded
  /// The first generation, or one that was started because none ran, listens at this address.
  case serving(Int, String)
  /// A program that does not listen (yet) has been started.
  case started(Int)
  /// A new generation serves.
  case swapped(Swapped)
  /// A generation whose time was over has answered everything and ended; what it was answering at the swap.
  case drained(Int, requests: Int)
  /// Requests were still in flight when the drain deadline passed.
  case drainTimedOut(Int, after: Duration)
  /// It did not end when asked, and was killed.
  case killed(Int, after: Duration)
  /// New code died before it served.
  case diedBeforeReady(Int, Ending, serving: Int?)
  /// New code was not ready in time.
  case notReady(Int, after: Duration, serving: Int?)
  /// The old generation did not stop accepting, or the new one did not begin to.
  case handoverFailed(from: Int, to: Int)
  /// A newer build took the place of a generation that was not ready yet.
  case superseded(Int)
  /// New code died within its probation, and the generation before it serves again.
  case rolledBack(from: Int, Ending, to: Int)
  /// The program ended and there is nothing to put in its place: the next save starts it.
  case died(Int, Ending)
  /// The server ended while its successor was starting, which takes over as soon as it is ready.
  case diedBeforeSuccessor(Int, Ending, successor: Int)
  /// The program has done its work.
  case finished(Int)
  /// A server ended by itself (nil: was ended by us); the last good program is started again after this time.
  case restarting(Int, Ending?, after: Duration)
  /// The first request to end.
  case leaving(waitingFor: Int)
}

/// A swap that worked.
package struct Swapped: Equatable, Sendable {
  /// The generation that serves now.
  package var generation: Int
  /// From its start until it serves.
  package var total: Duration
  /// From its start until it was ready.
  package var ready: Duration
  /// How long connections waited in the kernel's queue: from the request to stop accepting until the new one accepts.
  package var pause: Duration
  /// What the generation before it was doing.
  package var connections: Connections

  /// All parts.
  package init(
    generation: Int, total: Duration, ready: Duration, pause: Duration, connections: Connections
  ) {
    self.generation = generation
    self.total = total
    self.ready = ready
    self.pause = pause
    self.connections = connections
  }
}
