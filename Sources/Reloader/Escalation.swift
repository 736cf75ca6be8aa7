/// How the process that the user has started ends the one in which hotreload works: it passes signals on, and kills it when
/// it does not listen.
package struct Escalation: Sendable {
  /// What is done.
  package enum Action: Equatable, Sendable {
    /// The signal is passed on.
    case forward
    /// ``due()`` is called after this time, instead of at any time that was set before.
    case wait(Duration)
    /// It is killed, with everything that it has started. `isSilent`: it has not answered for ``silence``, and nobody
    /// has insisted.
    case kill(isSilent: Bool)
  }

  /// How long it may say nothing after the first signal; it ends in its own time as long as it says that it is at it.
  package static let silence: Duration = .seconds(5)
  /// How long the end may take after the second signal: of one that has listened to the first.
  package static let hurry: Duration = .seconds(2)
  /// As above, of one that has not.
  package static let rush: Duration = .milliseconds(250)

  private var signals = 0
  private var hasListened = false

  /// Nobody wants an end yet.
  package init() {}

  /// The user, or the system, wants it to end.
  package mutating func signalled() -> [Action] {
    signals += 1
    switch signals {
    case 1: return [.forward, .wait(Self.silence)]
    case 2: return [.forward, .wait(hasListened ? Self.hurry : Self.rush)]
    default: return [.forward, .kill(isSilent: false)]
    }
  }

  /// It says that it is at it.
  package mutating func heard() -> [Action] {
    guard signals > 0 else { return [] }
    hasListened = true
    return signals == 1 ? [.wait(Self.silence)] : []
  }

  /// The time is over.
  package func due() -> [Action] { [.kill(isSilent: signals == 1)] }
}
