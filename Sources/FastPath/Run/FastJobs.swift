internal import FastPathLink
internal import FastPathPlan
internal import Glibc
internal import Posix

/// Runs the commands of the fast path, in the directory and the environment in which SwiftPM runs its own.
struct FastJobs {
  let root: String
  let pool: JobPool
  var environment = CurrentProcess.environment

  /// Runs all commands. `whenEnded` is called with their output, or with the failure of one.
  func all(_ commands: [[String]], whenEnded: @escaping (Result<[[String]], FallbackReason>) -> Void) {
    pool.runAll(commands.map { command($0) }) { results in
      for (words, result) in zip(commands, results) where result.0 != .succeeded {
        let text = result.1.first { $0.contains("error: ") } ?? result.1.last ?? "\(result.0)"
        return whenEnded(.failure(FallbackReason("\(words.first?.lastName ?? "") failed: \(text)")))
      }
      whenEnded(.success(results.map(\.1)))
    }
  }

  /// Runs one command. With `isIdle` it runs only on processors that are otherwise idle.
  @discardableResult
  func one(_ words: [String], isIdle: Bool = false, whenEnded: @escaping (Job.Ending, [String]) -> Void)
    -> JobPool.Ticket
  {
    pool.run(command(words, isIdle: isIdle), whenEnded: whenEnded)
  }

  private func command(_ words: [String], isIdle: Bool = false) -> Command {
    var command = Command(
      path: words[0], arguments: words, environment: environment, directory: root,
      parentDeathSignal: SIGKILL)
    command.isIdle = isIdle
    return command
  }
}
