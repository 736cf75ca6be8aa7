internal import Glibc
internal import Posix

/// A trial of inotify in a directory: another process writes a file there, and the event is waited for.
enum EventProbe {
  /// The result of the trial.
  enum Outcome: Equatable {
    /// The event came after this time.
    case arrived(Duration)
    /// No event came within the limit.
    case silent
    /// The directory cannot be watched, for this reason.
    case notWatched(String)
    /// No file can be written in the directory, for this reason.
    case notWritable(String)
  }

  /// The time after which an event is missed.
  static let limit: Duration = .seconds(1)

  /// Makes a directory with a hidden name in `directory`, which builds and watchers ignore, writes a file there, and
  /// removes both.
  static func run(in directory: String) -> Outcome {
    let place = "\(directory)/.hotreload-doctor-\(CurrentProcess.identifier)"
    if mkdir(place, 0o700) == -1 { return .notWritable(SystemError("mkdir", place).reason) }
    defer { FileSystem.removeAll(place) }
    do throws(SystemError) {
      let inotify = Descriptor(
        owning: try check("inotify_init1") { inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK)) })
      let number = inotify.number
      try check("inotify_add_watch") { inotify_add_watch(number, place, UInt32(IN_CLOSE_WRITE)) }
      let start = ContinuousClock.now
      let command = Command(
        path: "/bin/sh", arguments: ["sh", "-c", "echo saved > \"$1\"", "sh", place + "/file"],
        environment: CurrentProcess.environment, directory: "/", parentDeathSignal: SIGKILL)
      let status = try command.run(input: STDIN_FILENO, output: STDOUT_FILENO, error: STDERR_FILENO)
      if status != .exited(0) { return .notWritable("the process that writes \(status)") }
      var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      return poll(&wait, 1, CInt(limit / .milliseconds(1))) == 1
        ? .arrived(start.duration(to: .now)) : .silent
    } catch {
      return .notWatched("\(error)")
    }
  }
}
