/// What the user is told, as facts; the console finds the words.
package enum Report: Equatable, Sendable {
  /// These files were saved.
  case changed([String])
  /// A build has begun. `first`: no program has been built yet.
  case building(first: Bool)
  /// New code died in a way for which its build may be to blame: everything is built anew.
  case buildingClean
  /// A build has been running for this time.
  case stillBuilding(Duration)
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
  /// New code is not ready yet, after this time.
  case stillStarting(Int, Unready, after: Duration)
  /// New code was not ready in time.
  case notReady(Int, Unready, after: Duration, serving: Int?)
  /// The old generation did not stop accepting.
  case handoverFailed(from: Int, to: Int)
  /// It did not for the second time, and is ended.
  case handoverForced(from: Int, to: Int)
  /// An old generation was to accept again, and did not say in time that it does; it is killed.
  case notResumed(Int, after: Duration)
  /// A newer build took the place of a generation that was not ready yet.
  case superseded(Int)
  /// What was built is what this generation runs, which goes on: a newer one was given up for it.
  case kept(Int)
  /// New code died within its probation, and the generation before it serves again.
  case rolledBack(from: Int, Ending, to: Int)
  /// The program ended and there is nothing to put in its place: the next save starts it.
  case died(Int, Ending)
  /// The server ended while its successor was starting, which takes over as soon as it is ready.
  case diedBeforeSuccessor(Int, Ending, successor: Int)
  /// The program has done its work.
  case finished(Int)
  /// A server ended by itself (nil: was ended by us); a program is started after this time.
  case restarting(Int, Ending?, Restart)
  /// The first request to end.
  case leaving(waitingFor: Int)
}

/// What a generation that is not ready has not done.
package enum Unready: Equatable, Sendable {
  /// It does not listen.
  case silent
  /// It listens at these addresses, but does not wait for connections on one of them, as far as can be seen.
  case unpolled([String])
  /// It waits for connections, but not more than that: this is missing.
  case obstacle(String)
  /// It waits for connections, but has not said that it accepts.
  case unreleased
}

/// How a server comes back.
package struct Restart: Equatable, Sendable {
  /// When.
  package var delay: Duration
  /// Whether it is the program that ended, and not the last good one before it.
  package var isSameProgram: Bool
  /// Whether the port is open.
  package var clientsWait: Bool

  /// All parts.
  package init(after delay: Duration, isSameProgram: Bool = true, clientsWait: Bool = true) {
    self.delay = delay
    self.isSameProgram = isSameProgram
    self.clientsWait = clientsWait
  }
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
  /// Where it listens and the one before it did not.
  package var opened: [String]
  /// Where the one before it listened and it does not.
  package var closed: [String]

  /// All parts.
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

extension Report {
  /// Whether with it everything that a save has set off is done, but for a restart or the end of an old generation.
  package var endsRound: Bool {
    switch self {
    case .unchanged, .buildFailed, .serving, .started, .swapped, .kept, .diedBeforeReady, .notReady,
      .handoverFailed, .rolledBack, .died, .finished, .restarting:
      true
    case .changed, .building, .buildingClean, .stillBuilding, .built, .buildSuperseded, .drained,
      .drainTimedOut, .killed,
      .stillStarting, .superseded, .handoverForced, .notResumed, .diedBeforeSuccessor, .leaving:
      false
    }
  }

  /// Whether it is about a build, and not about a generation.
  package var isOfBuild: Bool {
    switch self {
    case .changed, .building, .buildingClean, .stillBuilding, .built, .unchanged, .buildFailed,
      .buildSuperseded:
      true
    default: false
    }
  }
}
