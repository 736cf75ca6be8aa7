internal import FileWatching
internal import Posix

/// A ``FileWatcher`` on the loop. Calls ``collect`` when files may have changed: when the kernel reports
/// events, after each turn of polling, and some time after a failure.
final class ChangeSource {
  /// The maximum time for which a turn of polling blocks the loop.
  private static let turn: Duration = .milliseconds(4)
  /// The time after an error, such as too many open files, until the next attempt.
  private static let pauseAfterFailure: Duration = .seconds(1)

  private let loop: EventLoop
  private let outbox: Outbox
  private var watcher: FileWatcher
  private var options: WatchOptions
  /// The rules for the files that are watched.
  private(set) var rules: WatchRules
  /// The times at which polled files are looked at.
  var polling: PollSchedule
  private var reader: EventLoop.Token?
  private var nextTurn: EventLoop.Token?
  private var retry: EventLoop.Token?
  /// Calls ``take()``, and returns whether files have changed.
  private var collect: () -> Bool = { false }
  /// The handler of a turn of polling that has ended.
  private var turned: () -> Void = {}

  /// Watches the files of `rules`; ``start(collect:turned:)`` begins to report them. Throws `WatchError`.
  init(
    _ rules: WatchRules, _ options: WatchOptions, _ polling: PollSchedule, loop: EventLoop, outbox: Outbox
  ) throws(WatchError) {
    (self.loop, self.outbox, self.rules, self.options, self.polling) = (loop, outbox, rules, options, polling)
    watcher = try FileWatcher(rules: rules, options: options)
  }

  /// Begins to call the handlers. Throws `WatchError`.
  func start(collect: @escaping () -> Bool, turned: @escaping () -> Void) throws(WatchError) {
    (self.collect, self.turned) = (collect, turned)
    try listen()
  }

  /// The files that are watched.
  var files: [String] { watcher.files }

  /// Whether some of the files are polled.
  var isPolling: Bool { watcher.isPolling }

  /// Returns the files that have changed since the last call.
  func take() -> [String] {
    defer { followUp() }
    do throws(WatchError) { return try watcher.takeChanges() } catch {
      outbox.post(.failed(error))
      retry.map(loop.forget)
      retry = loop.after(Self.pauseAfterFailure) { [unowned self] in
        retry = nil
        _ = collect()
      }
      return []
    }
  }

  /// Applies new rules and options from now on. The update may have found changes for which no event comes,
  /// so ``take()`` must follow. Throws `WatchError`; the rules are then unchanged.
  func update(_ rules: WatchRules, _ options: WatchOptions) throws(WatchError) {
    if options == self.options {
      try watcher.update(rules: rules)
    } else {
      // Both watchers run for a moment, so that no change is missed between them.
      let new = try FileWatcher(rules: rules, options: options)
      _ = collect()
      reader.map(loop.forget)
      reader = nil
      watcher = new
      self.options = options
      try listen()
    }
    self.rules = rules
  }

  /// Looks at all polled files again now, because the result of the last look may be outdated.
  func lookAgain() {
    polling.doubt()
    nextTurn.map(loop.forget)
    poll(after: .zero)
  }

  private func listen() throws(WatchError) {
    if let number = watcher.descriptor {
      do throws(SystemError) {
        reader = try loop.whenReadable(number: number) { [unowned self] in _ = collect() }
      } catch {
        throw .failed(call: "epoll_ctl", path: nil, errno: error.code)
      }
    }
    followUp()
  }

  /// Reports files that cannot be watched, which is only known after an attempt, and starts polling.
  private func followUp() {
    for notice in watcher.takeNotices() { outbox.post(.noticed(notice)) }
    if nextTurn == nil { poll(after: polling.interval) }
  }

  private func poll(after wait: Duration) {
    guard watcher.isPolling else { return }
    nextTurn = loop.after(wait) { [unowned self] in
      let start = CurrentProcess.threadTime
      var isComplete = true
      do throws(WatchError) { isComplete = try watcher.poll(for: Self.turn) } catch {
        outbox.post(.failed(error))
      }
      let time = CurrentProcess.threadTime - start
      let found = collect()
      nextTurn = nil
      poll(after: polling.turned(took: time, found: found, isComplete: isComplete))
      turned()
    }
  }
}
