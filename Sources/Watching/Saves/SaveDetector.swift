package import FileWatching
internal import Git
package import Posix
package import SelfWrites

/// Watches files on the loop, and reports batches of saves that belong together and change something.
///
/// Every function may be called at any time, also by the handler of the events: events are only posted to an
/// ``Outbox``. A function that begins or ends something first collects the changes so far, because they
/// belong to the time before.
package final class SaveDetector {
  /// The maximum number of times that files of a batch are reported before it is complete, because editors
  /// save in several steps.
  private static let appearanceLimit = 3

  private let loop: EventLoop
  let outbox: Outbox
  let source: ChangeSource
  private(set) lazy var contents = WatchedContents(loop: loop) { [outbox] in outbox.post(.watching($0)) }
  var filter: SelfWriteFilter
  var cycle = Cycle()
  package var debouncer: Debouncer { didSet { source.polling.quiet = debouncer.quiet } }
  var git = GitProgress()
  /// The number of times that files were added to the batch.
  var additions = 0
  private var timer: EventLoop.Token?
  /// Whether a save that changes no byte is reported.
  package var touchCounts = false
  /// Whether saves are gathered, and reported only when this is `false` again.
  package var isPaused = false { didSet { schedule() } }
  /// The file that hotreload itself writes. Its changes are no saves.
  package var ownFile: FileSystem.FileNumber?

  /// Starts to watch. `handle` is called by the loop with each event. Throws `WatchError`.
  package init(
    _ rules: WatchRules, _ options: WatchOptions, pollInterval: Duration, _ debouncer: Debouncer,
    _ selfWrites: SelfWrites, loop: EventLoop, handle: @escaping (SaveEvent) -> Void
  ) throws(WatchError) {
    self.loop = loop
    self.debouncer = debouncer
    filter = SelfWriteFilter(selfWrites)
    outbox = Outbox(loop: loop, handle: handle)
    let start = FileSystem.coarseTime
    source = try ChangeSource(
      rules, options, PollSchedule(interval: pollInterval, quiet: debouncer.quiet), loop: loop, outbox: outbox
    )
    contents.read(source.files, watchedSince: start, before: [])
    try source.start { [unowned self] in
      collect()
    } turned: { [unowned self] in
      schedule()
    }
  }

  /// The rules for the files that are watched.
  package var rules: WatchRules { source.rules }

  /// The minimum time between two looks at polled files. It is longer if a look takes more than a sixtieth of
  /// it.
  package var pollInterval: Duration {
    get { source.polling.interval }
    set { source.polling.interval = newValue }
  }

  /// Applies new rules and options from now on.
  package func update(_ rules: WatchRules, _ options: WatchOptions) {
    do throws(WatchError) {
      let (start, before) = (FileSystem.coarseTime, Set(source.files))
      try source.update(rules, options)
      contents.read(source.files, watchedSince: start, before: before)
    } catch {
      outbox.post(.failed(error))
    }
    collect()
  }

  /// Begins a build cycle. Changes from now on may come from the build or the new server.
  package func cycleBegan() {
    collect()
    cycle.began(time: FileSystem.coarseTime)
  }

  /// Ends the build cycle, because its program is live or has failed.
  package func cycleEnded() {
    collect()
    let isEnd = cycle.breaker.isCycleOpen
    cycle.ended(at: .now, time: FileSystem.fineTime)
    // A save from now on must have a later time than the build cycle.
    if isEnd, source.isPolling { FileSystem.awaitTick() }
    _ = filter.selfWrites.mayHaveMissed()  // starts the time for the next call
    schedule()
  }

  /// Notes that a build is about to begin. If it `writesFiles`, changes from now on may come from it.
  package func buildBegan(writesFiles: Bool) {
    collect()
    cycle.buildBegan(writesFiles: writesFiles, time: FileSystem.coarseTime)
  }

  /// Notes that the build has ended.
  package func buildEnded(_ result: LoopBreaker.BuildResult) {
    collect()
    cycle.buildEnded(result, at: .now, time: FileSystem.fineTime)
    postNews()
    schedule()
  }

  /// Adds the files that have changed to the batch. Returns whether there are any.
  @discardableResult
  func collect() -> Bool {
    let now = ContinuousClock.now
    let paths = changes()
    if !paths.isEmpty {
      // A touch by a failing build does not start another build.
      let certain = contents.observed(paths, touchCounts: touchCounts && !cycle.breaker.isCycleOpen)
      cycle.observed(
        paths, at: now, differs: contents.differs, isNew: contents.isNew,
        changeTime: source.isPolling ? { FileSystem.Stamp($0)?.changed } : nil,
        canBeOurs: filter.selfWrites.mayHaveMissed)
      outbox.post(.seen(paths))
      debouncer.changed(paths, at: now)
      git.batchGrew()
      postAppeared(certain)
    }
    schedule()
    return !paths.isEmpty
  }

  /// Returns the files that have changed, without self-writes.
  private func changes() -> [String] {
    var paths = source.take()
    if let ownFile { paths.removeAll { FileSystem.FileNumber($0) == ownFile } }
    if paths.contains(where: rules.isOfTracking) {
      paths.removeAll(where: rules.isOfTracking)
      outbox.post(.trackingMayHaveChanged)
    }
    if !paths.isEmpty {
      // This must precede the question which files servers have closed.
      filter.changed(paths, polled: source.isPolling, isNew: contents.isUnknown)
      let (others, own) = filter.takeOwn(of: paths, into: contents)
      postSelfWrites(own)
      paths = others
    }
    return source.isPolling ? filter.withoutGrowing(paths) : paths
  }

  /// Reports files for a speculative build. Polled files are not reported, because they may be half written.
  private func postAppeared(_ paths: [String]) {
    additions += 1
    if paths.isEmpty || additions > Self.appearanceLimit || source.isPolling || isPaused { return }
    if paths.allSatisfy(cycle.breaker.buildsAtOnce) { outbox.post(.appeared(ChangeSet(paths, by: rules))) }
  }

  /// Sets the timer for the next thing that is due.
  func schedule() {
    timer.map(loop.forget)
    timer = nil
    if isPaused { return }
    timer = [deadline, cycle.breaker.deadline].compactMap(\.self).min().map { next in
      loop.after(max(.zero, ContinuousClock.now.duration(to: next))) { [unowned self] in
        timer = nil
        deadlineReached(at: .now)
        schedule()
      }
    }
  }
}
