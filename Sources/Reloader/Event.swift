/// Something that happened outside. Events are the only input of ``Reloader``.
package enum Event: Equatable, Sendable {
  /// Files that the build reads were saved, moved or deleted, and the debounce time is over.
  case changed([String])
  /// Files that only the server reads were saved. The server is to be restarted.
  case restartWanted([String])
  /// The settings have changed. These limits apply from now on.
  case timing(Timing)
  /// The build has ended.
  case built(BuildOutcome)
  /// A generation did something.
  case generation(Int, GenerationEvent)
  /// A deadline was reached.
  case due(Deadline)
  /// The user or the system asks hotreload to stop. The second request kills everything.
  case interrupted
}

/// The result of a build.
package enum BuildOutcome: Equatable, Sendable {
  /// The build has made this program. A program with the same content as a kept one is that kept one.
  case succeeded(Artifact)
  /// The build has made this program, but declarations have changed and only their known users were compiled.
  /// If the program crashes, the incremental build may be the cause.
  case doubtful(Artifact)
  /// The build failed with errors, which were printed, or could not be started.
  case failed
  /// The build was cancelled.
  case cancelled
}

/// A built program that is kept in a place where later builds do not overwrite it.
package struct Artifact: Hashable, Sendable {
  /// The path of the program.
  package let path: String

  /// Creates a reference to a kept program.
  package init(path: String) { self.path = path }
}

/// Something that the process of a generation has reported, or that was observed about it.
package enum GenerationEvent: Equatable, Sendable {
  /// It listens at this address, such as `127.0.0.1:8080`.
  case listening(String)
  /// It listens at this address through a descriptor that is not under control. It cannot be held.
  case unholdable(String)
  /// It has had the time to open its listeners, and these are their addresses, as the kernel lists them.
  case addresses([String])
  /// It is not ready, for this reason.
  case unready(String)
  /// It needs this much more time to start or to end (`EXTEND_TIMEOUT_USEC` of sd_notify(3)).
  case needs(Duration)
  /// It has all listeners that it needs, and waits for connections on each of them.
  case ready
  /// It has stopped accepting. The counts are those of the connections that it had at that moment.
  case paused(Connections)
  /// It did not stop accepting in time.
  case pauseFailed
  /// It accepts connections.
  case released
  /// It has answered every request that it had received.
  case drained
  /// Its process has ended.
  case ended(Ending)
}

/// The connections of a generation at one moment, by state.
package struct Connections: Equatable, Sendable {
  /// The number of connections that were accepted and on which nothing was received yet.
  package var fresh = 0
  /// The number of connections with a request in flight.
  package var busy = 0
  /// The number of connections that are idle between two requests.
  package var idle = 0

  /// Creates the counts.
  package init(fresh: Int = 0, busy: Int = 0, idle: Int = 0) {
    self.fresh = fresh
    self.busy = busy
    self.idle = idle
  }
}

/// How a process ended.
package enum Ending: Equatable, Sendable {
  /// The process exited with this status (exit(3)).
  case exited(Int)
  /// The process was killed by the signal of this name.
  case signalled(String)
  /// The process could not be started, for this reason.
  case notStarted(String)

  /// Whether the process died from a signal that corrupt code typically causes.
  var mayBeCorruption: Bool { ["SIGSEGV", "SIGBUS", "SIGILL"].contains { self == .signalled($0) } }

  /// Whether the process exited with status 0.
  package var isSuccess: Bool { self == .exited(0) }
}
