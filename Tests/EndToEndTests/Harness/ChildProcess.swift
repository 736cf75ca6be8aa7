import Foundation
import Posix

/// A process that a test started. It is killed when the tests end, however they do.
final class ChildProcess: @unchecked Sendable {
  enum Ending: Equatable {
    case exited(Int32)
    case killed(Int32)
  }

  private let condition = NSCondition()
  private var start: Result<pid_t, any Error>?
  private var ending: Ending?

  /// Starts `command` with these descriptors, which are closed here afterwards.
  init(_ command: Command, input: Int32, output: Int32, error: Int32) {
    Thread { [self] in
      // This thread lives until the process has ended, because the parent-death signal is that of the thread.
      let result = Result { () throws -> pid_t in
        try command.start(input: input, output: output, error: error)
      }
      for descriptor in Set([input, output, error]) { close(descriptor) }
      set { start = result }
      guard case .success(let pid) = result else { return }
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1, errno == EINTR { continue }
      set { ending = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(status & 0x7f) }
    }.start()
  }

  /// Starts `command`, whose output nobody reads.
  static func silent(_ command: Command) -> ChildProcess {
    let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
    return ChildProcess(command, input: nothing, output: nothing, error: nothing)
  }

  /// Runs `command` until it exits. Returns its exit status and both outputs together.
  static func run(_ command: Command) throws -> (ending: Ending, output: String) {
    let pipe = try Pipe()
    let output = Transcript(readingFrom: pipe.reading)
    let process = ChildProcess(
      command, input: open("/dev/null", O_RDONLY | O_CLOEXEC), output: pipe.writing, error: pipe.writing)
    return (try process.awaitEnd(), try output.awaitEnd())
  }

  /// The pid. Throws the error if the process could not be started.
  var pid: pid_t {
    get throws { try condition.await("the start of a process") { start }.get() }
  }

  /// Sends a signal, unless it has ended.
  func signal(_ signal: Int32) throws {
    let pid = try pid
    condition.lock()
    defer { condition.unlock() }
    if ending == nil { kill(pid, signal) }
  }

  /// Waits until it has ended.
  @discardableResult
  func awaitEnd() throws -> Ending {
    try condition.await("the end of a process") { ending }
  }

  private func set(_ change: () -> Void) {
    condition.lock()
    change()
    condition.broadcast()
    condition.unlock()
  }
}
