internal import Glibc

/// SIGTERM, while somebody waits for it. The hub's lock is held around all calls.
enum Termination {
  /// What the handler writes to, and what it calls; it may use nothing that is initialised at first use.
  private nonisolated(unsafe) static var ends: (reading: CInt, writing: CInt) = (-1, -1)
  private nonisolated(unsafe) static var before = sigaction()
  private nonisolated(unsafe) static var isCaught = false

  /// From now on it is an event.
  static func `catch`() {
    if isCaught { return }
    if ends.writing == -1, !startReading() { return }
    // Copies: the handler may run at any moment, and reads what it needs.
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

  /// From now on it does what it did before.
  static func release() {
    guard isCaught else { return }
    isCaught = false
    var former = before
    sigaction(SIGTERM, &former, nil)
  }

  private static func callHandlerBefore(
    _ number: CInt, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
  ) {
    // SIG_IGN is 1, which no function is; SIG_DFL is nil.
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

  /// A thread of ours waits for the byte.
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
