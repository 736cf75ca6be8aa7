/// The state of a generation whose processes may connect to hotreload.
struct Generation {
  /// Whether the generation must not accept before it is released.
  var isHeld: Bool
  /// Whether the generation has ended. Only its last messages are still read.
  var hasEnded = false
  /// The listeners that ``HandoffEvent/listeners(_:)`` has reported last.
  var reportedListeners: [String: Bool] = [:]
  /// The pause command that is in force. A process that connects later gets it too. `nil` if the generation
  /// may accept.
  var pause: Command?
  /// The answers to the pause command that are still awaited.
  var pausing: Awaited?
  /// The answers to the release command that are still awaited.
  var releasing: Awaited?
  /// Whether the generation is paused by all of its processes and is draining.
  var isDraining = false

  /// Whether the generation has not ended and is not held. It may be paused.
  var isReleased: Bool { !isHeld && !hasEnded }

  /// Whether the generation is live.
  var accepts: Bool { isReleased && pause == nil }
}

/// The answers to one command from every process of a generation.
struct Awaited {
  /// The number of the command. A late answer to an earlier command has another number and is ignored.
  let number: Int
  /// The processes that have not answered yet.
  var acknowledgements: Set<ObjectIdentifier> = []
  /// The sum of the numbers of connections in the answers. See ``Message/paused(number:fresh:busy:idle:)``.
  var counts = (fresh: 0, busy: 0, idle: 0)
}
