// The conditions of a generation's readiness, and its events and actions.

extension Readiness {
  /// The way in which a generation starts.
  package enum Start: Equatable, Sendable {
    /// It is held beside a live generation, until it is released.
    case held
    /// It accepts as soon as it can. If it `awaitsListener`, it counts as started only when it listens.
    case alone(awaitsListener: Bool)
  }

  /// The conditions of the settings for a held generation, besides listening.
  package struct Conditions: Equatable, Sendable {
    /// Whether it must send `READY=1` (sd_notify(3)).
    package var notifies: Bool
    /// The path whose `GET` must be answered with a 2xx status; `nil` if none.
    package var path: String?
    /// Whether there is a command that must succeed.
    package var hasCommand: Bool
    /// The time that must pass after all other conditions are met.
    package var delay: Duration
    /// The time between two attempts at the page or the command.
    package var period: Duration
    /// The number of attempts in a row that must succeed, at the page and then at the command.
    package var threshold: Int

    /// Creates the conditions.
    package init(
      notifies: Bool, path: String?, hasCommand: Bool, delay: Duration, period: Duration, threshold: Int
    ) {
      (self.notifies, self.path, self.hasCommand, self.delay) = (notifies, path, hasCommand, delay)
      (self.period, self.threshold) = (period, threshold)
    }

    /// No condition.
    static let none = Self(
      notifies: false, path: nil, hasCommand: false, delay: .zero, period: .zero, threshold: 1)
  }

  /// The next thing that a generation must do.
  package enum Phase: Equatable, Sendable {
    /// It must open and poll its listeners.
    case listening
    /// It must meet this condition.
    case awaiting(UnmetCondition)
    /// It is ready.
    case ready
  }

  /// A condition that is not met, with the result of the last attempt. During the first one that is `noResponse`,
  /// or `failed`. A result that is a success means that it has not succeeded often enough in a row.
  package enum UnmetCondition: Equatable, Sendable {
    /// It has not sent `READY=1`.
    case notification
    /// This path was not answered with a 2xx status.
    case page(String, PageAnswer)
    /// The command has not succeeded.
    case command(CommandResult)
    /// The delay has not passed.
    case delay
  }

  /// The answer to the request of a page.
  package enum PageAnswer: Equatable, Sendable {
    /// The status code.
    case status(Int)
    /// Not an HTTP/1 response, or none in time.
    case noResponse
    /// The generation has no listener through which a page can be requested.
    case noListener
  }

  /// The result of the command.
  package enum CommandResult: Equatable, Sendable {
    case succeeded
    case failed
    /// The command cannot be run, for this reason.
    case notStarted(String)
  }

  /// Something that was observed about the generation.
  package enum Event: Equatable, Sendable {
    /// These are its listeners now, by key, each with whether a process polls it. If several processes share a
    /// listener, one that polls it is enough, because the others may only supervise that one.
    case listeners([String: Bool])
    /// These are the keys of the listeners that it should have, because the generations before it have them.
    case needed(Set<String>)
    /// It has sent `READY=1`.
    case notified
    /// The answer to ``Action/requestPage(_:)``.
    case pageAnswered(PageAnswer)
    /// The end of ``Action/runCommand``.
    case commandEnded(CommandResult)
    /// A timer has fired.
    case due(Timer)
    /// It needs this much more time (`EXTEND_TIMEOUT_USEC` of sd_notify(3)).
    case needsTime(Duration)
  }

  /// An instruction.
  package enum Action: Equatable, Sendable {
    /// Requests this path from the generation, through one of its own listeners. It ends with
    /// ``Event/pageAnswered(_:)``.
    case requestPage(String)
    /// Runs the command. It ends with ``Event/commandEnded(_:)``.
    case runCommand
    /// Cancels the request, or kills the command. It ends without an event.
    case cancelCheck
    /// Schedules ``Event/due(_:)`` after this time. A timer that is already set is replaced.
    case set(Timer, after: Duration)
    /// Cancels a timer.
    case cancel(Timer)
    /// Reports that the generation is still starting.
    case reportSlowStart
    /// Gives the generation up, because it was not ready in time.
    case timeOut
    /// Goes on with a generation that is ready.
    case ready
  }

  /// A timer. ``Event/due(_:)`` comes when its time has passed.
  package enum Timer: Hashable, CaseIterable, Sendable {
    /// The time for which a generation that lacks a needed listener opens no further one.
    case quiet
    /// The time between two attempts at the page or the command.
    case retry
    /// The delay after all other conditions are met.
    case delay
    /// The time to report that the generation is still starting.
    case slowStart
    /// The time by which the generation must be ready.
    case timeout
  }
}
