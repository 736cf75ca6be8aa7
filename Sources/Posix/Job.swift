internal import CPosix
internal import Glibc

/// A command that runs on the event loop, and whose output is delivered in lines.
package final class Job {
  /// The result of the command.
  package enum Ending: Equatable, Sendable {
    /// The exit status was 0.
    case succeeded
    /// The exit status was another one, or a signal.
    case failed(ExitStatus)
    /// The command was cancelled or killed by this process.
    case cancelled
  }

  private let loop: EventLoop
  private let children: Children
  private let pid: CInt
  private let output: LineReader
  private let error: LineReader
  /// Whether the command was cancelled or killed.
  private var cancelled = false
  /// The timer after which a cancelled command is killed.
  private var escalation: EventLoop.Token?

  /// The maximum length in bytes of a line that is shown.
  package static let longestShown = 1 << 16

  /// Starts `command`. `line` gets each line of its standard output and standard error, and `whenEnded` the
  /// result after all output. A line is cut after `longest` bytes. Throws ``SystemError`` if the command
  /// cannot be started.
  package init(
    _ command: Command, longest: Int = .max, loop: EventLoop, children: Children,
    line: @escaping (_ text: String, _ isComplete: Bool, _ isError: Bool) -> Void,
    whenEnded: @escaping (Ending) -> Void
  ) throws(SystemError) {
    self.loop = loop
    self.children = children
    let out = try Pipe()
    let err = try Pipe()
    final class Back { weak var job: Job? }
    let back = Back()
    pid = try children.start(command, output: out.writing.number, error: err.writing.number) { status in
      back.job?.ended(status, whenEnded)
    }
    output = try LineReader(out.takeReading(), longest: longest, loop: loop) { line($0, $1, false) }
    error = try LineReader(err.takeReading(), longest: longest, loop: loop) { line($0, $1, true) }
    back.job = self
  }

  /// Cancels the command as Ctrl-C would (SIGINT to its process group). SwiftPM gives its compilers 10
  /// seconds to end, so everything is killed after 12 seconds.
  package func cancel() {
    guard !cancelled else { return }
    cancelled = true
    children.signal(SIGINT, pid, group: true)
    escalation = loop.after(.seconds(12)) { [unowned self] in kill() }
  }

  /// Kills the command and all processes below it (SIGKILL).
  package func kill() {
    cancelled = true
    children.killTree(pid)
  }

  /// Delivers the remaining output and the result.
  private func ended(_ status: ExitStatus, _ whenEnded: (Ending) -> Void) {
    escalation.map(loop.forget)
    output.finish()
    error.finish()
    whenEnded(cancelled ? .cancelled : status == .exited(0) ? .succeeded : .failed(status))
  }
}
