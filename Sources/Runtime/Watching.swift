internal import FileWatching
internal import Posix

/// Watches on the loop, and calls back with batches of saves that belong together and change something.
final class Watching {
  /// What it calls back with.
  struct Callbacks {
    /// How many files are watched, when all were looked into.
    let isKnown: (Int) -> Void
    /// A limit that was hit while running.
    let failed: (WatchError) -> Void
    /// What the user should know: how something is watched.
    let noticed: (WatchNotice) -> Void
    /// Whether a save that changes no byte counts.
    let isTouchWanted: () -> Bool
    /// Files whose save changed no byte.
    let unchanged: ([String]) -> Void
    /// A settled batch.
    let changed: ([String]) -> Void
  }

  /// While nothing else is done: how long a turn of polling may hold up the loop.
  private static let turn: Duration = .milliseconds(4)
  /// After an error, such as too many open files: when to try again.
  private static let pauseAfterFailure: Duration = .seconds(1)

  private let loop: EventLoop
  private let callbacks: Callbacks
  private var watcher: FileWatcher
  private var options: WatchOptions
  /// What is watched.
  private(set) var rules: WatchRules
  var debouncer: Debouncer { didSet { polling.quiet = debouncer.quiet } }
  private var polling: PollSchedule
  private var reader: EventLoop.Token?
  private var timer: EventLoop.Token?
  private var nextTurn: EventLoop.Token?
  private var retry: EventLoop.Token?
  private lazy var contents = WatchedContents(loop: loop) { [unowned self] in
    callbacks.isKnown(watcher.files.count)
  }

  init(
    _ rules: WatchRules, _ options: WatchOptions, pollInterval: Duration, _ debouncer: Debouncer,
    loop: EventLoop, _ callbacks: Callbacks
  ) throws {
    self.loop = loop
    self.rules = rules
    self.options = options
    self.debouncer = debouncer
    self.callbacks = callbacks
    polling = PollSchedule(interval: pollInterval, quiet: debouncer.quiet)
    let start = FileSystem.now
    watcher = try FileWatcher(rules: rules, options: options)
    contents.read(watcher.files, watchedSince: start, before: [])
    try begin()
  }

  /// How often what is polled is looked at, if that takes less than a sixtieth of it.
  var pollInterval: Duration {
    get { polling.interval }
    set { polling.interval = newValue }
  }

  /// Watches something else, or in another way, from now on.
  func update(_ rules: WatchRules, _ options: WatchOptions) {
    do throws(WatchError) {
      let (start, before) = (FileSystem.now, Set(watcher.files))
      if options == self.options {
        try watcher.update(rules: rules)
      } else {
        // What happens meanwhile is seen by both rather than by neither.
        let new = try FileWatcher(rules: rules, options: options)
        collect()
        reader.map(loop.forget)
        watcher = new
        self.options = options
      }
      self.rules = rules
      contents.read(watcher.files, watchedSince: start, before: before)
      try begin()
    } catch {
      callbacks.failed(error)
    }
    schedule()
  }

  private func begin() throws(WatchError) {
    reader.map(loop.forget)
    reader = nil
    if let number = watcher.descriptor {
      do throws(SystemError) {
        reader = try loop.whenReadable(number: number) { [unowned self] in collect() }
      } catch {
        throw .failed(call: "epoll_ctl", path: nil, errno: error.code)
      }
    }
    watcher.takeNotices().forEach(callbacks.noticed)
    if nextTurn == nil { poll(after: polling.interval) }
  }

  /// Returns whether something has changed.
  @discardableResult
  private func collect() -> Bool {
    var found = false
    do throws(WatchError) {
      let paths = try watcher.drain()
      if !paths.isEmpty {
        found = true
        contents.saw(paths, touchCounts: callbacks.isTouchWanted())
        debouncer.changed(paths, at: .now)
      }
    } catch {
      callbacks.failed(error)
      tryAgain()
    }
    watcher.takeNotices().forEach(callbacks.noticed)
    // What could not be watched is known only now.
    if nextTurn == nil { poll(after: polling.interval) }
    schedule()
    return found
  }

  private func tryAgain() {
    retry.map(loop.forget)
    retry = loop.after(Self.pauseAfterFailure) { [unowned self] in
      retry = nil
      collect()
    }
  }

  private func poll(after wait: Duration) {
    guard watcher.isPolling else { return }
    nextTurn = loop.after(wait) { [unowned self] in
      let start = ContinuousClock.now
      var isComplete = true
      do throws(WatchError) { isComplete = try watcher.poll(for: Self.turn) } catch { callbacks.failed(error) }
      let time = start.duration(to: .now)
      let found = collect()
      nextTurn = nil
      poll(after: polling.turned(took: time, found: found, isComplete: isComplete))
      schedule()
    }
  }

  private func schedule() {
    timer.map(loop.forget)
    let deadline = polling.isConfirmed ? debouncer.deadline : debouncer.lastDeadline
    timer = deadline.map { deadline in
      loop.after(ContinuousClock.now.duration(to: deadline)) { [unowned self] in
        timer = nil
        if let batch = debouncer.settle(at: .now) { settle(batch) } else { schedule() }
      }
    }
  }

  private func settle(_ batch: [String]) {
    let saves = contents.settle(batch)
    if !saves.unchanged.isEmpty { callbacks.unchanged(saves.unchanged) }
    if !saves.changed.isEmpty { callbacks.changed(saves.changed) }
  }
}
