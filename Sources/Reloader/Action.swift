/// An instruction to whoever performs. Actions are the only output of ``Reloader``.
package enum Action: Equatable, Sendable {
  /// Compiles these saved files speculatively, before the save is complete. The next ``startBuild(_:isClean:)``
  /// uses the result if it still applies.
  case speculate([String])
  /// Ends the speculative build, because hotreload stops.
  case cancelSpeculation
  /// Starts one build for these services. At most one build runs at a time. It ends with ``Event/built(_:)``. If
  /// `isClean`, all of the user's sources are compiled again.
  case startBuild([ServiceID], isClean: Bool)
  /// Stops the running build the way Ctrl-C does. The build still ends with ``Event/built(_:)``.
  case cancelBuild
  /// Kills the running build (SIGKILL).
  case killBuild
  /// Does something to a service.
  case service(ServiceID, ServiceAction)
  /// Reloads the pages of all browsers.
  case reloadPages(PageReload)
  /// Requests the pages from one of these addresses of the service: from the same as before if it is among them,
  /// and from the first otherwise. `isOpened` is whether the service has just begun to listen.
  case servePages(ServiceID, addresses: [String], isOpened: Bool)
  /// Shows this failure on the pages, or none any more. `nil` for a service means the build.
  case showFailure(ServiceID?, Report?)
  /// Begins a build cycle: files that change until ``cycleEnded`` may be written by the build or the new server.
  case cycleBegan
  /// Ends the build cycle: everything that the saves have set off is done.
  case cycleEnded
  /// From now on, a save that does not change a file's content counts as a save, or does not.
  case touchCounts(Bool)
  /// Tells the service manager that all services serve (`READY=1` of sd_notify(3)).
  case allServe
  /// Schedules ``Event/due(_:)`` after this time. A deadline that is already set is replaced.
  case set(Deadline, after: Duration)
  /// Cancels a deadline.
  case cancel(Deadline)
  /// Prints a report for the user. `nil` for a service means the build, or all services.
  case report(ServiceID?, Report)
  /// Exits, because every process has ended.
  case leave
}

/// An instruction that concerns one service.
package enum ServiceAction: Equatable, Sendable {
  /// Acquires the lock, the sockets and the directories of a service. It ends with ``Event/opened(_:)`` or
  /// ``Event/notOpened(_:)``.
  case open
  /// Starts a program as the generation with this number. A held generation binds and listens, but accepts
  /// nothing until it is released.
  case start(Int, Artifact, held: Bool)
  /// Tells a generation to stop accepting, to hand over or close its idle connections, and to report
  /// ``GenerationEvent/paused(_:)``. It then finishes the requests in flight, takes no new ones, and reports
  /// ``GenerationEvent/drained``.
  ///
  /// It has the time `within` to stop. Idle connections are closed unless `movesConnections`.
  case pause(Int, within: Duration, movesConnections: Bool)
  /// Tells a generation to accept connections, for the first time or again after a pause.
  case release(Int)
  /// Requests this path from a held generation, through one of its own listeners. It ends with
  /// ``GenerationEvent/pageAnswered(_:)``.
  case requestPage(Int, path: String)
  /// Runs the user's command that decides whether a held generation is ready. It ends with
  /// ``GenerationEvent/commandEnded(_:)``.
  case runReadyCommand(Int)
  /// Cancels the request of a page, or kills the command, that runs for a generation.
  case cancelCheck(Int)
  /// Makes this check of a live generation. It ends with ``GenerationEvent/healthAnswered(_:)`` within this time.
  case checkHealth(Int, Liveness.Check, within: Duration)
  /// Cancels the check of a live generation. It ends without an event.
  case cancelHealthCheck(Int)
  /// Asks a generation to end (SIGTERM).
  case terminate(Int)
  /// Kills all processes in the generation's process group (SIGKILL).
  case kill(Int)
  /// Deletes a program that will not be started again.
  case discard(Artifact)
  /// Runs the command of the user that follows a swap. The number is the generation that accepts now.
  case runHook(Int)
  /// Removes what the service has, after all its processes have ended.
  case close
}

/// Why pages are loaded again in browsers.
package enum PageReload: Equatable, Sendable {
  /// Other code serves them.
  case code
  /// Files were saved that they are made of.
  case files
  /// Only style sheets were saved. They alone are loaded again.
  case styles
}
