package import FileWatching
package import Git
package import Posix
package import SelfWrites

/// Watches files on the loop, and reports batches of saves that belong together and change something.
package final class SaveDetector {
  /// An event of the watcher for the user.
  package enum Fact {
    /// The number of files that are watched, once they were read.
    case watching(Int)
    /// These files have changed, and more may follow.
    case seen([String])
    /// These files were saved without a change of content.
    case unchanged([String])
    /// These files change in every build cycle, and the next cycle for them waits this long.
    case delayed([String], Duration)
    /// These files keep changing. They start no builds any more if `stops`, and delayed ones otherwise.
    case buildLoop([String], stops: Bool)
    /// These files are self-writes, and are not built.
    case selfWrites([String])
    /// These files are only written by builds, and are not built.
    case buildOutputs([String])
    /// A notice about the way in which files are watched.
    case noticed(WatchNotice)
    case failed(WatchError)
  }

  /// The maximum time for which a turn of polling blocks the loop.
  private static let turn: Duration = .milliseconds(4)
  /// The time between two checks of whether git has finished.
  private static let pauseForGit: Duration = .milliseconds(10)
  /// The maximum number of speculative builds for a batch before it is complete, because editors save in
  /// several steps.
  private static let earlyTellings = 3
  /// The time after an error, such as too many open files, until the next attempt.
  private static let pauseAfterFailure: Duration = .seconds(1)

  private let loop: EventLoop
  private var watcher: FileWatcher
  private var options: WatchOptions
  /// The rules for the files that are watched.
  package private(set) var rules: WatchRules
  package var debouncer: Debouncer { didSet { polling.quiet = debouncer.quiet } }
  private var polling: PollSchedule
  private var reader: EventLoop.Token?
  private var timer: EventLoop.Token?
  private var nextTurn: EventLoop.Token?
  private var retry: EventLoop.Token?
  private lazy var contents = WatchedContents(loop: loop) { [unowned self] count in
    tell(.watching(count))
  }
  private var cycle = Cycle()
  private var filter: SelfWriteFilter
  private let selfWrites: SelfWrites
  private var told = 0
  package var git = GitProgress()
  /// Returns whether hotreload writes the file itself.
  package var isOurs: (String) -> Bool = { _ in false }
  /// The handler for a change of git's index. That is no save, whoever runs git and however often.
  package var trackingMayHaveChanged: () -> Void = {}
  private let tell: (Fact) -> Void
  private let isTouchWanted: () -> Bool
  private let appeared: ([String]) -> Void
  private let changed: ([String]) -> Void

  /// Starts to watch. `changed` is called with every batch of changed files, or of all saved ones while
  /// `isTouchWanted`. `appeared` is called with files that have certainly changed, before the batch is
  /// complete.
  package init(
    _ rules: WatchRules, _ options: WatchOptions, pollInterval: Duration, _ debouncer: Debouncer,
    _ selfWrites: SelfWrites, loop: EventLoop, tell: @escaping (Fact) -> Void,
    isTouchWanted: @escaping () -> Bool,
    appeared: @escaping ([String]) -> Void, changed: @escaping ([String]) -> Void
  ) throws {
    self.loop = loop
    self.rules = rules
    self.options = options
    self.debouncer = debouncer
    self.tell = tell
    self.isTouchWanted = isTouchWanted
    self.selfWrites = selfWrites
    filter = SelfWriteFilter(selfWrites)
    self.appeared = appeared
    self.changed = changed
    polling = PollSchedule(interval: pollInterval, quiet: debouncer.quiet)
    let start = FileSystem.coarseTime
    watcher = try FileWatcher(rules: rules, options: options)
    contents.read(watcher.files, watchedSince: start, before: [])
    try listen()
  }

  /// The minimum time between two looks at polled files. It is longer if a look takes more than a sixtieth of
  /// it.
  package var pollInterval: Duration {
    get { polling.interval }
    set { polling.interval = newValue }
  }

  /// Applies new rules and options from now on.
  package func update(_ rules: WatchRules, _ options: WatchOptions) {
    do throws(WatchError) {
      let (start, before) = (FileSystem.coarseTime, Set(watcher.files))
      if options == self.options {
        try watcher.update(rules: rules)
      } else {
        // Both watchers run for a moment, so that no change is missed between them.
        let new = try FileWatcher(rules: rules, options: options)
        collect()
        reader.map(loop.forget)
        reader = nil
        watcher = new
        self.options = options
        try listen()
      }
      self.rules = rules
      contents.read(watcher.files, watchedSince: start, before: before)
    } catch {
      tell(.failed(error))
    }
    // The update may have found changes for which no event comes.
    collect()
  }

  /// Begins a build cycle. Changes from now on may come from the build or the new server.
  package func cycleBegan() {
    collect()
    cycle.began(time: FileSystem.coarseTime)
  }

  /// Ends the build cycle, because its program is live or has failed.
  package func cycleEnded() {
    collect()  // the build's last writes are not read yet
    let isEnd = cycle.breaker.isCycleOpen
    cycle.ended(at: .now, time: FileSystem.fineTime)
    // A save from now on must have a later time than the build cycle.
    if isEnd, watcher.isPolling { FileSystem.awaitTick() }
    _ = selfWrites.mayHaveMissed()  // starts the time for the next call
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
    tellNews()
    schedule()
  }

  private func tellNews() {
    let news = cycle.breaker.takeNews()
    if !news.outputs.isEmpty { tell(.buildOutputs(news.outputs)) }
    if !news.looping.isEmpty { tell(.buildLoop(news.looping, stops: true)) }
    if !news.slowed.isEmpty { tell(.buildLoop(news.slowed, stops: false)) }
    if let (paths, wait) = news.delayed { tell(.delayed(paths, wait)) }
  }

  private func listen() throws(WatchError) {
    if let number = watcher.descriptor {
      do throws(SystemError) {
        reader = try loop.whenReadable(number: number) { [unowned self] in collect() }
      } catch {
        throw .failed(call: "epoll_ctl", path: nil, errno: error.code)
      }
    }
    followUp()
  }

  /// Reads the events of the watcher. Returns whether files have changed.
  @discardableResult
  private func collect() -> Bool {
    let now = ContinuousClock.now
    var paths: [String] = []
    do throws(WatchError) {
      paths = try watcher.takeChanges()
    } catch {
      tell(.failed(error))
      tryAgain()
    }
    paths = paths.filter { !isOurs($0) }
    if paths.contains(where: rules.isOfTracking) {
      paths.removeAll(where: rules.isOfTracking)
      trackingMayHaveChanged()
    }
    if !paths.isEmpty {
      // This must precede the question which files servers have closed.
      filter.changed(paths, polled: watcher.isPolling, isNew: contents.isUnknown)
      let (others, own) = filter.takeOwn(of: paths, into: contents)
      tellServers(own)
      paths = others
    }
    if watcher.isPolling { paths = filter.withoutGrowing(paths) }
    if !paths.isEmpty {
      // A touch by a failing build does not start another build.
      let touchCounts = !cycle.breaker.isCycleOpen && isTouchWanted()
      let certain = contents.observed(paths, touchCounts: touchCounts)
      cycle.observed(
        paths, at: now, differs: contents.differs, isNew: contents.isNew,
        changeTime: watcher.isPolling ? { FileSystem.Stamp($0)?.changed } : nil,
        canBeOurs: selfWrites.mayHaveMissed)
      tell(.seen(paths))
      debouncer.changed(paths, at: now)
      git.batchGrew()
      tellEarly(certain)
    }
    followUp()
    schedule()
    return !paths.isEmpty
  }

  private func tellServers(_ paths: [String]) {
    let news = filter.news(of: paths)
    if !news.isEmpty { tell(.selfWrites(news)) }
  }

  /// Reports files for a speculative build. Polled files are not reported, because they may be half written.
  private func tellEarly(_ paths: [String]) {
    told += 1
    if paths.isEmpty || told > Self.earlyTellings || watcher.isPolling { return }
    if paths.allSatisfy(cycle.breaker.buildsAtOnce) { appeared(paths) }
  }

  private func tryAgain() {
    retry.map(loop.forget)
    retry = loop.after(Self.pauseAfterFailure) { [unowned self] in
      retry = nil
      collect()
    }
  }

  /// Reports files that cannot be watched, which is only known after an attempt, and starts polling.
  private func followUp() {
    watcher.takeNotices().forEach { tell(.noticed($0)) }
    if nextTurn == nil { poll(after: polling.interval) }
  }

  private func poll(after wait: Duration) {
    guard watcher.isPolling else { return }
    nextTurn = loop.after(wait) { [unowned self] in
      let start = CurrentProcess.threadTime
      var isComplete = true
      do throws(WatchError) { isComplete = try watcher.poll(for: Self.turn) } catch { tell(.failed(error)) }
      let time = CurrentProcess.threadTime - start
      let found = collect()
      nextTurn = nil
      poll(after: polling.turned(took: time, found: found, isComplete: isComplete))
      schedule()
    }
  }

  /// The time at which the batch is due. A polled batch must have been seen unchanged once, because its files
  /// may be half written.
  private var deadline: ContinuousClock.Instant? {
    polling.isConfirmed ? debouncer.deadline : debouncer.lastDeadline
  }

  private func schedule() {
    timer.map(loop.forget)
    timer = [deadline, cycle.breaker.deadline].compactMap(\.self).min().map { next in
      loop.after(ContinuousClock.now.duration(to: next)) { [unowned self] in
        timer = nil
        let now = ContinuousClock.now
        if let deadline, deadline <= now, isComplete(at: now) {
          endBatch(debouncer.takeBatch(at: .now) ?? [])
        }
        let due = cycle.breaker.takeDue(at: .now, exists: FileSystem.exists)
        tellNews()
        if !due.isEmpty { changed(due) }
        schedule()
      }
    }
  }

  /// Returns whether the due batch is complete. Postpones it otherwise, up to its limit.
  private func isComplete(at now: ContinuousClock.Instant) -> Bool {
    guard let last = debouncer.lastDeadline, now < last else { return true }
    switch git.state(within: debouncer.limit, polled: watcher.isPolling) {
    case .atRest:
      return !collect()
    case .changing:
      debouncer.putOff(until: now + max(debouncer.quiet, Self.pauseForGit))
    case .unseen:
      polling.doubt()
      nextTurn.map(loop.forget)
      poll(after: .zero)
    }
    return false
  }

  private func endBatch(_ batch: [String]) {
    told = 0
    git.batchEnded()
    let saves = contents.endBatch(batch)
    let (others, own) = filter.endBatch(saves.changed, polled: watcher.isPolling)
    filter.forget(batch)
    tellServers(own)
    let judged = Set(others.filter(startsCycle))
    let wanted = cycle.breaker.takeBatch(
      judged.sorted(), new: saves.new, unchanged: saves.unchanged, at: .now, exists: FileSystem.exists)
    tellNews()
    if !saves.unchanged.isEmpty { tell(.unchanged(saves.unchanged)) }
    let all = others.filter { !judged.contains($0) } + wanted
    if !all.isEmpty { changed(all) }
  }

  /// Returns whether a change of the file starts a build cycle, or cancels one.
  private func startsCycle(_ path: String) -> Bool {
    switch rules.saveEffect(on: path).effect {
    case .reload, .tracking, .nothing: false
    case .restart: !cycle.breaker.isBuilding  // the server that is started after the build reads it
    case .build, .settings, .rules: true
    }
  }
}
