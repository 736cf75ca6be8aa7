internal import Glibc
internal import Posix

// The terminal, which the supervisor has because it is in the foreground process group. The session is not.
extension Supervisor {
  func send(_ notice: SupervisorLink.Notice) { try? link.send(notice.text) }

  /// The maximum time for the session to remove the status line, before this process is stopped.
  private static let removal = Duration.milliseconds(250)

  /// Stops this process after Ctrl-Z, once the session has removed the status line. The session goes on.
  func stop() {
    guard hasRow, stopping == nil else { return stopNow() }
    send(.stopping)
    stopping = loop.after(Self.removal) { [unowned self] in stopNow() }
  }

  /// Stops this process before the time is over.
  func stop(after timer: EventLoop.Token) {
    loop.forget(timer)
    stopNow()
  }

  /// Stops this process. Returns when the shell continues it.
  private func stopNow() {
    stopping = nil
    keyboard?.suspend()
    stopCurrentProcess()
    continued()
  }

  /// Runs the command in `file` in the foreground, with the terminal. It shares the process group, so that Ctrl-Z in an
  /// editor stops hotreload with it, and `fg` continues both.
  func edit(_ file: borrowing Descriptor) {
    let bytes = (try? file.read(at: 0, count: 1 << 16)) ?? []
    let words = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    var command = Command(
      path: words[0], arguments: words, environment: CurrentProcess.environment,
      directory: CurrentProcess.directory, parentDeathSignal: SIGHUP)
    command.sharesGroup = true
    keyboard?.isLent = true
    do throws(SystemError) {
      editor = try children.start(command, input: STDIN_FILENO, output: STDERR_FILENO) {
        [unowned self] status in
        editor = nil
        keyboard?.isLent = false
        send(.edited(status.code))
      }
    } catch {
      keyboard?.isLent = false
      send(.edited(127))
    }
  }
}

extension ExitStatus {
  /// The status as shells number it.
  fileprivate var code: CInt {
    switch self {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal
    }
  }
}
