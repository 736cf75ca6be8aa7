/// A time limit. ``Event/due(_:)`` comes when it is reached.
package enum Deadline: Hashable, Sendable {
  /// The time to report that a build is still running.
  case slowBuild
  /// A time limit of a service.
  case service(ServiceID, ServiceDeadline)
}

/// A time limit of one service. The numbers are those of generations.
package enum ServiceDeadline: Hashable, Sendable {
  /// A timer that decides whether a generation is ready.
  case readiness(Int, Readiness.Timer)
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
  /// The time to check whether a live generation still works.
  case liveness(Int)
}
