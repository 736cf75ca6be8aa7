/// An event of a generation, as its processes report it.
package enum HandoffEvent: Equatable, Sendable {
  /// The generation listens at this address.
  case listening(String)
  /// The generation could not bind this key, with this errno.
  case bindFailed(key: String, code: CInt)
  /// The generation is held and waits for connections on all of its listeners. These include every listener
  /// of the live generation, or no further one was opened for one second.
  case ready
  /// All processes have stopped accepting. The numbers of their connections are those of
  /// ``Message/paused(number:fresh:busy:idle:)``.
  case paused(fresh: Int, busy: Int, idle: Int)
  /// A process could not stop accepting in time.
  case pauseFailed
  /// All processes accept.
  case released
  /// The generation is drained: no process has a request in flight.
  case drained
  /// The process with this pid still runs although its generation has ended. It kills itself now.
  case leftoverProcess(Int)
}
