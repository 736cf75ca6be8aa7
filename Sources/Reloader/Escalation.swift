/// Decides how the supervising process, which the user has started, stops the process in which hotreload
/// works. It forwards signals, and kills the process if that does not respond.
package struct Escalation: Sendable {
  /// A step that the supervising process takes.
  package enum Action: Equatable, Sendable {
    /// Forwards the signal.
    case forward
    /// Calls ``due()`` after this time. The call replaces any earlier one.
    case wait(Duration)
    /// Kills the process and everything that it has started. `isSilent` is true if the process has not
    /// responded for ``silence`` after a single signal.
    case kill(isSilent: Bool)
  }

  /// The time without a response after the first signal until the process is killed. Each response restarts
  /// it.
  package static let silence: Duration = .seconds(5)
  /// The time between the second signal and the kill, for a process that has responded to the first.
  package static let graceAfterResponse: Duration = .seconds(2)
  /// The time between the second signal and the kill, for a process that has not responded.
  package static let graceWithoutResponse: Duration = .milliseconds(250)

  /// The number of termination signals so far.
  private var signals = 0
  /// Whether the process has responded since the first signal.
  private var hasListened = false

  /// Creates the state before the first signal.
  package init() {}

  /// Handles a termination signal from the user or the system.
  package mutating func signalled() -> [Action] {
    signals += 1
    switch signals {
    case 1: return [.forward, .wait(Self.silence)]
    case 2: return [.forward, .wait(hasListened ? Self.graceAfterResponse : Self.graceWithoutResponse)]
    default: return [.forward, .kill(isSilent: false)]
    }
  }

  /// Handles a response of the process, which says that it is stopping.
  package mutating func heard() -> [Action] {
    guard signals > 0 else { return [] }
    hasListened = true
    return signals == 1 ? [.wait(Self.silence)] : []
  }

  /// Handles the end of the time that ``Action/wait(_:)`` has set.
  package func due() -> [Action] { [.kill(isSilent: signals == 1)] }
}
