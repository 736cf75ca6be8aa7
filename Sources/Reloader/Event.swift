/// Something that happened outside. Events are the only input of ``Reloader``.
package enum Event: Equatable, Sendable {
  /// Files have certainly changed that all belong to the build, and more may follow.
  case appeared([String])
  /// Files were saved, and the debounce time is over.
  case saved(Saves)
  /// The user wants a build and a new process of every service, whether anything was saved or not.
  case reloadWanted
  /// A service has what it needs to start.
  case opened(ServiceID)
  /// A service cannot be started. The user has been told why.
  case notOpened(ServiceID)
  /// The build has ended, with these results for the services that it was for.
  case built([ServiceID: BuildOutcome])
  /// A generation of a service did something.
  case generation(ServiceID, Int, GenerationEvent)
  /// A deadline was reached.
  case due(Deadline)
  /// The user or the system asks hotreload to stop. The second request kills everything.
  case interrupted
}

/// The effects of a save.
package struct Saves: Equatable, Sendable {
  /// Whether the build reads one of the files.
  package var isBuilt = false
  /// The services whose servers read one of the files. They are restarted.
  package var restarts: Set<ServiceID> = []
  /// The reload of the pages in browsers, if they are made of the files; `nil` if not.
  package var pages: PageReload?
  /// The services of the changed settings, with their limits; `nil` if the settings stay as they are.
  package var services: [ServiceID: Timing]?

  /// Creates the description of a save.
  package init(
    isBuilt: Bool = false, restarts: Set<ServiceID> = [], pages: PageReload? = nil,
    services: [ServiceID: Timing]? = nil
  ) {
    (self.isBuilt, self.restarts, self.pages, self.services) = (isBuilt, restarts, pages, services)
  }
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
  /// These are its listeners now, by key, each with whether a process polls it.
  case listeners([String: Bool])
  /// It has said that it is ready (`READY=1` of sd_notify(3)).
  case notified
  /// The answer to ``ServiceAction/requestPage(_:path:)``.
  case pageAnswered(Readiness.PageAnswer)
  /// The end of ``ServiceAction/runReadyCommand(_:)``.
  case commandEnded(Readiness.CommandResult)
  /// The answer to ``ServiceAction/checkHealth(_:_:within:)``.
  case healthAnswered(Liveness.Answer)
  /// It needs this much more time to start or to end (`EXTEND_TIMEOUT_USEC` of sd_notify(3)).
  case needs(Duration)
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
