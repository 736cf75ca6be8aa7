internal import Posix

/// Starts the commands of a build, and waits on the loop.
struct BuildJobs {
  /// The project's directory, in which the commands run.
  let root: String
  let loop: EventLoop
  let children: Children

  /// Starts a command. `longest` is the length at which its lines are cut. Throws the error of starting it.
  func start(
    _ command: Command, longest: Int = .max,
    line: @escaping (String, _ isComplete: Bool, _ isError: Bool) -> Void,
    whenEnded: @escaping (Job.Ending) -> Void
  ) throws(SystemError) -> Job {
    try Job(command, longest: longest, loop: loop, children: children, line: line, whenEnded: whenEnded)
  }
}
