// The settings of the checks of a live generation, and their events and actions.

extension Liveness {
  /// The settings of `[health]`.
  package struct Conditions: Equatable, Sendable {
    /// The path whose `GET` must be answered with a 2xx or 3xx status; `nil` if none.
    package var path: String?
    /// Whether the server must accept a connection.
    package var accepts: Bool
    /// Whether there is a command that must succeed.
    package var hasCommand: Bool
    /// The time between two rounds.
    package var period: Duration
    /// The time that one check may take.
    package var timeout: Duration
    /// The number of failures in a row after which the generation is given up.
    package var threshold: Int
    /// The time from the start of a generation before which it is not checked.
    package var delay: Duration

    /// Creates the settings. The default is no check.
    package init(
      path: String? = nil, accepts: Bool = false, hasCommand: Bool = false, period: Duration = .zero,
      timeout: Duration = .zero, threshold: Int = 1, delay: Duration = .zero
    ) {
      (self.path, self.accepts, self.hasCommand) = (path, accepts, hasCommand)
      (self.period, self.timeout, self.threshold, self.delay) = (period, timeout, threshold, delay)
    }
  }

  /// A check of a live generation.
  package enum Check: Equatable, Sendable {
    /// A `GET` of this path, through one of its own listeners.
    case page(String)
    /// A connection that it has to accept, through one of its own listeners.
    case connection
    /// The command of the settings.
    case command
  }

  /// The result of a check.
  package enum Answer: Equatable, Sendable {
    /// The page was answered with this status code.
    case status(Int)
    /// The answer to the page was not HTTP/1, or the connection was closed before it.
    case noResponse
    /// The connection was accepted.
    case accepted
    /// There is no listener through which the generation can be reached.
    case noListener
    /// The command has ended.
    case command(Readiness.CommandResult)
    /// The check was not done in time.
    case timedOut
    /// The check failed, or was not begun, because a debugger traces the process, which may be stopped for it
    /// (ptrace(2)). This says nothing about the generation.
    case traced

    /// Whether the generation has proved that it works.
    package var isAlive: Bool {
      switch self {
      case .status(200...399), .accepted, .command(.succeeded): true
      case .status, .noResponse, .noListener, .command, .timedOut, .traced: false
      }
    }
  }

  /// The reason why a generation is given up.
  package struct Failure: Equatable, Sendable {
    /// The check that failed last.
    package let check: Check
    /// Its result.
    package let answer: Answer
    /// The number of rounds that have failed in a row.
    package let count: Int

    /// Creates a reason.
    package init(_ check: Check, _ answer: Answer, count: Int) {
      (self.check, self.answer, self.count) = (check, answer, count)
    }
  }

  /// An instruction.
  package enum Action: Equatable, Sendable {
    /// Makes this check, which ends with ``answered(_:)`` within this time.
    case check(Check, within: Duration)
    /// Cancels the check that runs. It ends without an answer.
    case cancelCheck
    /// Schedules ``due()`` after this time.
    case set(after: Duration)
    /// Cancels the timer.
    case cancelTimer
    /// Ends the generation, for this reason.
    case giveUp(Failure)
  }
}
