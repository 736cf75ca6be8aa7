/// What happened in the world: the only input of ``Reloader``.
package enum Event: Equatable, Sendable {
  /// Files that the build reads were saved, moved or deleted, and no more of them are coming.
  case changed([String])
  /// Files that the server reads, and not the build, were saved: it is to be started anew.
  case restartWanted([String])
  /// The user wants things to take other times from now on.
  case timing(Timing)
  /// The build that was started has ended.
  case built(BuildOutcome)
  /// Something happened in the process of a generation.
  case generation(Int, GenerationEvent)
  /// A deadline that was set has come.
  case due(Deadline)
  /// The user, or the system, wants us to end. The second time: at once.
  case interrupted
}

/// How a build ended.
package enum BuildOutcome: Equatable, Sendable {
  /// With this program; one with the same content as a kept one is that kept one.
  case succeeded(Artifact)
  /// As above, and declarations changed while only what is known to use them was compiled: should the program be corrupt,
  /// that may be the build's fault.
  case doubtful(Artifact)
  /// With errors, which were shown, or because it could not be started.
  case failed
  /// Because we asked for it.
  case cancelled
}

/// A built program, kept from the builds that follow.
package struct Artifact: Hashable, Sendable {
  /// Where it is kept.
  package let path: String

  /// Names a kept program.
  package init(path: String) { self.path = path }
}

/// What a server's process does, or what is observed of it.
package enum GenerationEvent: Equatable, Sendable {
  /// It listens, at the address given: `127.0.0.1:8080`.
  case listening(String)
  /// It listens at this address, and accepts when it likes: nobody can hold it back.
  case uncontrolled(String)
  /// This is what it has not done yet to be ready.
  case unready(String)
  /// What it is at, starting or ending, takes this much longer.
  case needs(Duration)
  /// It has all the listeners it needs and waits for connections on each.
  case ready
  /// As asked, it does not accept any more; these are the connections that it had.
  case paused(Connections)
  /// It did not stop accepting in the time that it was given.
  case refusedPause
  /// As asked, it accepts.
  case released
  /// Nothing that it accepted is waiting for an answer.
  case settled
  /// Its process has ended.
  case ended(Ending)
}

/// What the connections of a generation were doing at a moment.
package struct Connections: Equatable, Sendable {
  /// Accepted, nothing received yet.
  package var fresh = 0
  /// A request is being received or answered.
  package var busy = 0
  /// Between two requests.
  package var idle = 0

  /// All counts.
  package init(fresh: Int = 0, busy: Int = 0, idle: Int = 0) {
    self.fresh = fresh
    self.busy = busy
    self.idle = idle
  }
}

/// How a process ended.
package enum Ending: Equatable, Sendable {
  /// `exit(3)` with this code.
  case exited(Int)
  /// Killed by the signal of this name.
  case signalled(String)
  /// It could not be started at all, for this reason.
  case notStarted(String)

  /// Whether it is what corrupt code dies of, among other things.
  var mayBeCorruption: Bool { ["SIGSEGV", "SIGBUS", "SIGILL"].contains { self == .signalled($0) } }

  /// Whether it said itself that all was well.
  package var isSuccess: Bool { self == .exited(0) }
}
