internal import Glibc

/// SIGTERM as an event, while a task iterates over the events. ``EventHub`` holds its lock during all calls.
enum Termination {
  /// The pipe that the handler writes to. The handler must not trigger the lazy initialisation of a property,
  /// because it may interrupt any code.
  private nonisolated(unsafe) static var ends: (reading: CInt, writing: CInt) = (-1, -1)
  /// The action before ``catch()``.
  private nonisolated(unsafe) static var before = sigaction()
  /// Whether SIGTERM is an event.
  private nonisolated(unsafe) static var isCaught = false

  /// Makes SIGTERM an event.
  static func `catch`() {
    if isCaught { return }
    if ends.writing == -1, !startReading() { return }
    // Copied before the handler is installed, because the handler may run at any moment and reads `before`.
    var current = sigaction()
    guard sigaction(SIGTERM, nil, &current) == 0 else { return }
    before = current
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = { number, info, context in
      let saved = errno
      var byte: UInt8 = 0
      _ = write(Termination.ends.writing, &byte, 1)
      Termination.callHandlerBefore(number, info, context)
      errno = saved
    }
    action.sa_flags = SA_RESTART | SA_SIGINFO
    isCaught = sigaction(SIGTERM, &action, nil) == 0
  }

  /// Restores the action before ``catch()``.
  static func release() {
    guard isCaught else { return }
    isCaught = false
    var former = before
    sigaction(SIGTERM, &former, nil)
  }

  /// Calls the handler that was installed before ``catch()``, if there is one.
  private static func callHandlerBefore(
    _ number: CInt, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
  ) {
    // SIG_IGN is 1, which is no address of a function. SIG_DFL is nil.
    guard let handler = before.__sigaction_handler.sa_handler, unsafeBitCast(handler, to: Int.self) != 1
    else {
      return
    }
    if before.sa_flags & CInt(SA_SIGINFO) != 0 {
      before.__sigaction_handler.sa_sigaction?(number, info, context)
    } else {
      handler(number)
    }
  }

  /// Starts a thread that reads the pipe and sends the events. Returns whether it was started.
  private static func startReading() -> Bool {
    var pair: [CInt] = [-1, -1]
    guard pipe(&pair) == 0 else { return false }
    for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(pair[1], F_SETFL, O_NONBLOCK)
    ends = (pair[0], pair[1])
    var thread = pthread_t()
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    let failure = pthread_create(
      &thread, nil,
      { _ in
        var byte: UInt8 = 0
        while true {
          let count = read(Termination.ends.reading, &byte, 1)
          if count == 1 {
            EventHub.shared.send(.stopping)
          } else if count == 0 || errno != EINTR {
            return nil
          }
        }
      }, nil)
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    if failure == 0 { pthread_detach(thread) }
    return failure == 0
  }
}
