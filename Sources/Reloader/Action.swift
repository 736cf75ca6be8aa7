/// What is to be done: the only output of ``Reloader``.
package enum Action: Equatable, Sendable {
  /// Build. One build runs at a time; it ends in an ``Event/built(_:)``.
  case startBuild
  /// Build everything of the user's anew. It ends as any other.
  case startCleanBuild
  /// End the build that runs, as the user would with Ctrl-C. It still ends in an ``Event/built(_:)``.
  case cancelBuild
  /// End it at once.
  case killBuild
  /// Start a program as this generation. One that is held listens, but does not accept before it is released.
  case start(Int, Artifact, held: Bool)
  /// Stop accepting, move or end idle connections, say so; then answer what is in flight and nothing else, and say when that
  /// is done.
  case pause(Int)
  /// Accept (again).
  case release(Int)
  /// Ask it to end (SIGTERM).
  case terminate(Int)
  /// End it and all processes of its group (SIGKILL).
  case kill(Int)
  /// This program will not be started again.
  case discard(Artifact)
  /// Send ``Event/due(_:)`` after this time.
  case set(Deadline, after: Duration)
  /// Do not.
  case cancel(Deadline)
  /// Tell the user.
  case report(Report)
  /// All is ended: leave.
  case leave
}

/// Something that must not take for ever.
package enum Deadline: Hashable, Sendable {
  /// The user may wonder what a build does.
  case slowBuild
  /// The user may wonder what a new generation does.
  case slowStart(Int)
  /// A new generation must be ready.
  case readiness(Int)
  /// A generation must have stopped accepting.
  case pause(Int)
  /// A generation must accept.
  case release(Int)
  /// A generation that lives until then has proved itself.
  case probation(Int)
  /// What a generation has in flight must be answered.
  case settling(Int)
  /// A generation that was asked to end must have.
  case termination(Int)
  /// A server that died is started again.
  case restart
  /// A server that lives until then is not in a crash loop.
  case health(Int)
}

/// How long things may take.
package struct Timing: Equatable, Sendable {
  /// From the start of a build that is not the first until it is said that it still runs.
  package var slowBuild: Duration = .seconds(5)
  /// From the start of a generation until it is said what it has not done yet.
  package var slowStart: Duration = .seconds(5)
  /// From the start of a generation until it is ready.
  package var readiness: Duration = .seconds(30)
  /// Until a generation has stopped accepting, or has begun to.
  package var handover: Duration = .seconds(5)
  /// How long new code must live before the old generation is ended.
  package var probation: Duration = .seconds(1)
  /// How long requests in flight may take before the old generation is asked to end all the same.
  package var drain: Duration = .seconds(10)
  /// How long a server may take to end after SIGTERM.
  package var grace: Duration = .seconds(5)
  /// The wait before the first restart of a server that died; doubled each time.
  package var backoff: Duration = .seconds(1)
  /// The longest wait before a restart.
  package var backoffLimit: Duration = .seconds(30)
  /// How long a server must live for the next restart to wait ``backoff`` only.
  package var health: Duration = .seconds(10)
  /// Whether the old generation is ended before the new one is started: for servers that own something exclusive.
  package var replaces = false
  /// Whether idle connections go to the new generation at a swap; else they end.
  package var movesConnections = true
  /// Whether a server that dies on its own is started again.
  package var restarts = true

  /// The defaults.
  package init() {}
}
