internal import CPosix
internal import Glibc

/// A loop on one thread that waits for descriptors and deadlines (epoll(7), level-triggered).
package final class EventLoop {
  /// Identifies a watched descriptor or a timer.
  package struct Token: Hashable {
    fileprivate let value: UInt64
  }

  /// The epoll instance.
  private let epoll: Descriptor
  /// The value of the last token.
  private var lastToken: UInt64 = 0
  /// The watched descriptors, by token.
  private var watches: [UInt64: (number: CInt, handler: () -> Void)] = [:]
  /// The timers that have not fired, by token.
  private var timers: [UInt64: (deadline: ContinuousClock.Instant, handler: () -> Void)] = [:]
  /// The handler of the end of each pass; `nil` if nobody needs it. Then everything that the pass has caused is done,
  /// but for timers that are due in the next one.
  package var afterPass: (() -> Void)?
  /// Whether ``run()`` returns after the current pass.
  private var stopped = false

  /// Creates a loop that watches nothing. Throws the errno of epoll_create1(2).
  package init() throws(SystemError) {
    epoll = Descriptor(owning: try check("epoll_create1") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
  }

  /// Calls `handler` whenever `descriptor` is readable or its peer has closed, until ``forget(_:)``. Throws
  /// the errno of epoll_ctl(2).
  ///
  /// The watch must be forgotten before the descriptor is closed.
  package func whenReadable(_ descriptor: borrowing Descriptor, _ handler: @escaping () -> Void)
    throws(SystemError) -> Token
  {
    try whenReadable(number: descriptor.number, handler)
  }

  /// Calls `handler` whenever the descriptor `number`, which has another owner, is readable or its peer has
  /// closed. Throws the errno of epoll_ctl(2).
  package func whenReadable(number: CInt, _ handler: @escaping () -> Void) throws(SystemError) -> Token {
    try watch(number, for: EPOLLIN, handler)
  }

  /// Calls `handler` whenever `descriptor` has room for writing or its peer has closed, until ``forget(_:)``.
  /// Throws the errno of epoll_ctl(2).
  ///
  /// A descriptor can be watched only once. A second watch, for whatever event, needs a duplicate.
  package func whenWritable(_ descriptor: borrowing Descriptor, _ handler: @escaping () -> Void)
    throws(SystemError) -> Token
  {
    try watch(descriptor.number, for: EPOLLOUT, handler)
  }

  /// Calls `handler` when the peer of `descriptor` has closed, until ``forget(_:)``. Throws the errno of
  /// epoll_ctl(2): `EPERM` for a descriptor without a peer, such as a file.
  package func whenHungUp(_ descriptor: borrowing Descriptor, _ handler: @escaping () -> Void)
    throws(SystemError) -> Token
  {
    try watch(descriptor.number, for: EPOLL_EVENTS(rawValue: 0), handler)
  }

  /// Adds `number` to the epoll set. EPOLLHUP and EPOLLERR are always reported.
  private func watch(_ number: CInt, for events: EPOLL_EVENTS, _ handler: @escaping () -> Void)
    throws(SystemError) -> Token
  {
    lastToken += 1
    var event = epoll_event(events: events.rawValue, data: epoll_data_t(u64: lastToken))
    let epoll = epoll.number
    try check("epoll_ctl") { epoll_ctl(epoll, EPOLL_CTL_ADD, number, &event) }
    watches[lastToken] = (number, handler)
    return Token(value: lastToken)
  }

  /// Calls `handler` once, after `delay`.
  @discardableResult
  package func after(_ delay: Duration, _ handler: @escaping () -> Void) -> Token {
    lastToken += 1
    timers[lastToken] = (.now + delay, handler)
    return Token(value: lastToken)
  }

  /// Ends a watch or a timer. Does nothing if it has ended already.
  package func forget(_ token: Token) {
    timers[token.value] = nil
    if let watch = watches.removeValue(forKey: token.value) {
      epoll_ctl(epoll.number, EPOLL_CTL_DEL, watch.number, nil)
    }
  }

  /// Runs handlers until ``stop()``. Throws the errno of epoll_pwait2(2).
  package func run() throws(SystemError) {
    stopped = false
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while !stopped {
      let (epoll, time) = (epoll.number, nanosecondsToNextTimer)
      let count = Int(try check("epoll_pwait2") { cposix_epoll_wait(epoll, &events, 64, time) })
      // Descriptors that became readable during a long handler come before timers that became due, so an exit
      // is seen before its deadline.
      let now = ContinuousClock.now
      for event in events.prefix(count) {
        watches[event.data.u64]?.handler()  // an earlier handler of this pass may have ended the watch
      }
      fireTimers(dueAt: now)
      afterPass?()
    }
  }

  /// Makes ``run()`` return after the current pass.
  package func stop() { stopped = true }

  /// The time until the next timer fires, in nanoseconds. Negative if there is no timer.
  private var nanosecondsToNextTimer: Int64 {
    guard let next = timers.values.map(\.deadline).min() else { return -1 }
    return Int64(clamping: max(.zero, ContinuousClock.now.duration(to: next)).attoseconds / 1_000_000_000)
  }

  /// Calls the handlers of the timers that are due, in the order of their deadlines.
  private func fireTimers(dueAt now: ContinuousClock.Instant) {
    let due = timers.filter { $0.value.deadline <= now }.sorted { $0.value.deadline < $1.value.deadline }
    for (token, timer) in due where timers.removeValue(forKey: token) != nil { timer.handler() }
  }
}
