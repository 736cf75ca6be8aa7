internal import Posix

/// What is known of a generation whose processes may speak to us.
struct Generation {
  /// It may not accept before it is released.
  var isHeld: Bool
  /// Only its last words are still read.
  var hasEnded = false
  /// It has been told to be ready.
  var isReadinessSaid = false
  /// Runs while it may come to listen elsewhere too.
  var quietTimer: EventLoop.Token?
  /// It has been asked to stop accepting, and how: a process of it that calls later is asked too.
  var pause: Command?
  var pausing: Awaited?
  var releasing: Awaited?
  /// It has stopped accepting, and requests are still in flight.
  var isSettling = false

  /// It has been released, maybe to be paused later.
  var isReleased: Bool { !isHeld && !hasEnded }

  var accepts: Bool { isReleased && pause == nil }
}

/// What is awaited from every process of a generation.
struct Awaited {
  /// Of the command, so that a late answer to an earlier one does not count.
  let number: Int
  var acknowledgements: Set<ObjectIdentifier> = []
  var counts = (fresh: 0, busy: 0, idle: 0)
}
