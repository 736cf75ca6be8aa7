package import Posix
internal import Glibc

/// A command that runs on the loop, with its output line by line.
package final class Job {
  /// How it ended.
  package enum Ending: Equatable, Sendable {
    case succeeded
    case failed(ExitStatus)
    case cancelled
  }

  private let loop: EventLoop
  private let children: Children
  private let pid: CInt
  private let output: LineReader
  private let error: LineReader
  private var cancelled = false
  private var escalation: EventLoop.Token?

  /// The longest line that a person is shown, in bytes.
  package static let longestShown = 1 << 16

  /// Starts `command`. `line` gets its output (`isError`: from its standard error), `whenEnded` its end, after all
  /// output. A line that is longer than `longest` bytes is cut. Throws why it could not be started.
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

  /// Ends it as Ctrl-C would, with what a shell of the user's has started; SwiftPM gives its compilers 10 seconds, so
  /// after 12 everything below it is killed.
  package func cancel() {
    guard !cancelled else { return }
    cancelled = true
    children.signal(SIGINT, pid, group: true)
    escalation = loop.after(.seconds(12)) { [unowned self] in kill() }
  }

  /// Ends it and everything below it at once.
  package func kill() {
    cancelled = true
    children.killTree(pid)
  }

  private func ended(_ status: ExitStatus, _ whenEnded: (Ending) -> Void) {
    escalation.map(loop.forget)
    output.finish()
    error.finish()
    whenEnded(cancelled ? .cancelled : status == .exited(0) ? .succeeded : .failed(status))
  }
}
