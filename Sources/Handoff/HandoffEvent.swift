/// An event of a generation, as its processes report it.
package enum HandoffEvent: Equatable, Sendable {
  /// The generation listens at this address.
  case listening(String)
  /// The generation could not bind this key, with this errno.
  case bindFailed(key: String, code: CInt)
  /// The listeners of the generation have changed. These are all of them, by key, each with whether a process
  /// polls it.
  case listeners([String: Bool])
  /// All processes have stopped accepting. The numbers of their connections are those of
  /// ``Message/paused(number:fresh:busy:idle:)``.
  case paused(fresh: Int, busy: Int, idle: Int)
  /// A process could not stop accepting in time.
  case pauseFailed
  /// All processes accept.
  case released
  /// The generation is drained: no process has a request in flight.
  case drained
  /// A process has accepted a connection of hotreload's own (``HandoffServer/connect(to:)``).
  case acceptedProbe
  /// The process with this pid still runs although its generation has ended. It kills itself now.
  case leftoverProcess(Int)
}
