package import FileWatching
package import Git
package import Posix

/// Watches on the loop, and calls back with batches of saves that belong together and change something.
package final class Watching {
  /// What the user may want to know.
  package enum Fact {
    /// So many files are watched, and were looked into.
    case watching(Int)
    /// These have changed, and more may follow.
    case seen([String])
    /// These were saved with the content that they had.
    case unchanged([String])
    /// These change with every round, and the next one for them waits so long.
    case held([String], Duration)
    /// These go on doing so, and are left alone, or built later if it `stops` nothing.
    case looping([String], stops: Bool)
    /// A server writes these, and they are not built.
    case ofServers([String])
    /// Only builds write these, and they are not built.
    case ofBuilds([String])
    /// How something is watched.
    case noticed(WatchNotice)
    case failed(WatchError)
  }

  /// How long a turn of polling may hold up the loop.
  private static let turn: Duration = .milliseconds(4)
  /// When to look again whether git is at rest.
  private static let pauseForGit: Duration = .milliseconds(10)
  /// So often a batch is told of before it is complete: editors save in several steps.
  private static let earlyTellings = 3
  /// After an error, such as too many open files: when to try again.
  private static let pauseAfterFailure: Duration = .seconds(1)

  private let loop: EventLoop
  private var watcher: FileWatcher
  private var options: WatchOptions
  /// What is watched.
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
  private var rounds = Rounds()
  private var serverFiles: ServerFiles
  private var told = 0
  package var git = GitProgress()
  /// Files that hotreload writes itself.
  package var isOurs: (String) -> Bool = { _ in false }
  /// Called when git may track other files than before. That is no save, whoever uses git, and how often.
  package var trackingMayHaveChanged: () -> Void = {}
  /// Whether programs that we have started may have written a file since the last call, without having told so.
  package var mayHaveWritten: () -> Bool = { true }
  private let tell: (Fact) -> Void
  private let isTouchWanted: () -> Bool
  private let appeared: ([String]) -> Void
  private let changed: ([String]) -> Void

  /// `changed` gets every settled batch of files that have changed; where a touch is wanted, of all that were saved.
  /// `appeared` gets files that have changed for certain, before it is known what else belongs to the batch.
  package init(
    _ rules: WatchRules, _ options: WatchOptions, pollInterval: Duration, _ debouncer: Debouncer,
    _ serverFiles: ServerFiles, loop: EventLoop, tell: @escaping (Fact) -> Void,
    isTouchWanted: @escaping () -> Bool,
    appeared: @escaping ([String]) -> Void, changed: @escaping ([String]) -> Void
  ) throws {
    self.loop = loop
    self.rules = rules
    self.options = options
    self.debouncer = debouncer
    self.tell = tell
    self.isTouchWanted = isTouchWanted
    self.serverFiles = serverFiles
    self.appeared = appeared
    self.changed = changed
    polling = PollSchedule(interval: pollInterval, quiet: debouncer.quiet)
    let start = FileSystem.now
    watcher = try FileWatcher(rules: rules, options: options)
    contents.read(watcher.files, watchedSince: start, before: [])
    try listen()
  }

  /// How often what is polled is looked at, if that takes less than a sixtieth of it.
  package var pollInterval: Duration {
    get { polling.interval }
    set { polling.interval = newValue }
  }

  /// Watches something else, or in another way, from now on.
  package func update(_ rules: WatchRules, _ options: WatchOptions) {
    do throws(WatchError) {
      let (start, before) = (FileSystem.now, Set(watcher.files))
      if options == self.options {
        try watcher.update(rules: rules)
      } else {
        // What happens meanwhile is seen by both rather than by neither.
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
    // An update may have found what has changed, which no event tells.
    collect()
  }

  /// A save was taken up: what changes from now on may be the build's, or the new server's, doing.
  package func roundBegan() {
    collect()
    rounds.began()
  }

  /// What was saved serves, or has failed.
  package func roundEnded() {
    collect()  // the build's last saves wait to be read
    let isEnd = rounds.breaker.isRoundOpen
    rounds.ended()
    // A save from now on must not seem to be of the build cycle.
    if isEnd, watcher.isPolling { FileSystem.awaitTick() }
    _ = mayHaveWritten()  // since the end of the round, from now on
    schedule()
  }

  /// A build is about to begin: if it `writesFiles`, what changes from now on may be its doing.
  package func buildBegan(writesFiles: Bool) {
    collect()
    rounds.buildBegan(writesFiles: writesFiles)
  }

  /// It has ended.
  package func buildEnded(_ result: LoopBreaker.BuildResult) {
    collect()
    rounds.buildEnded(result)
    tellNews()
    schedule()
  }

  private func tellNews() {
    let news = rounds.breaker.takeNews()
    if !news.outputs.isEmpty { tell(.ofBuilds(news.outputs)) }
    if !news.looping.isEmpty { tell(.looping(news.looping, stops: true)) }
    if !news.slowed.isEmpty { tell(.looping(news.slowed, stops: false)) }
    if let (paths, wait) = news.delayed { tell(.held(paths, wait)) }
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

  /// Returns whether something has changed.
  @discardableResult
  private func collect() -> Bool {
    let now = ContinuousClock.now
    var paths: [String] = []
    do throws(WatchError) {
      paths = try watcher.drain()
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
      // Before it is asked what servers have closed.
      serverFiles.changed(paths, polled: watcher.isPolling, isNew: contents.isUnknown)
      let (others, own) = serverFiles.takeOwn(of: paths, into: contents)
      tellServers(own)
      paths = others
    }
    if watcher.isPolling { paths = serverFiles.withoutGrowing(paths) }
    if !paths.isEmpty {
      // A failing build's own touch is no second try.
      let touchCounts = !rounds.breaker.isRoundOpen && isTouchWanted()
      let certain = contents.saw(paths, touchCounts: touchCounts)
      rounds.saw(
        paths, polled: watcher.isPolling, differs: contents.differs, isNew: contents.isNew,
        canBeOurs: mayHaveWritten)
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
    let news = serverFiles.news(of: paths)
    if !news.isEmpty { tell(.ofServers(news)) }
  }

  /// What polling finds may be half written.
  private func tellEarly(_ paths: [String]) {
    told += 1
    if paths.isEmpty || told > Self.earlyTellings || watcher.isPolling { return }
    if paths.allSatisfy(rounds.breaker.wants) { appeared(paths) }
  }

  private func tryAgain() {
    retry.map(loop.forget)
    retry = loop.after(Self.pauseAfterFailure) { [unowned self] in
      retry = nil
      collect()
    }
  }

  /// What cannot be watched is known only when it was tried.
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

  /// When what has changed is handed over. What polling finds must have been seen unchanged once, for it may be half written.
  private var deadline: ContinuousClock.Instant? {
    polling.isConfirmed ? debouncer.deadline : debouncer.lastDeadline
  }

  private func schedule() {
    timer.map(loop.forget)
    timer = [deadline, rounds.breaker.deadline].compactMap(\.self).min().map { next in
      loop.after(ContinuousClock.now.duration(to: next)) { [unowned self] in
        timer = nil
        let now = ContinuousClock.now
        if let deadline, deadline <= now, isComplete(at: now) { settle(debouncer.settle(at: .now) ?? []) }
        let due = rounds.breaker.due(at: .now, exists: FileSystem.exists)
        tellNews()
        if !due.isEmpty { changed(due) }
        schedule()
      }
    }
  }

  /// Whether nothing more is to come of the batch that is due. Else it is put off, up to its limit.
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

  private func settle(_ batch: [String]) {
    told = 0
    git.batchEnded()
    let saves = contents.settle(batch)
    let (others, own) = serverFiles.settle(saves.changed, polled: watcher.isPolling)
    serverFiles.forget(batch)
    tellServers(own)
    let judged = Set(others.filter(startsRound))
    let wanted = rounds.breaker.take(
      judged.sorted(), new: saves.new, unchanged: saves.unchanged, at: .now, exists: FileSystem.exists)
    tellNews()
    if !saves.unchanged.isEmpty { tell(.unchanged(saves.unchanged)) }
    let all = others.filter { !judged.contains($0) } + wanted
    if !all.isEmpty { changed(all) }
  }

  /// Whether a change of the file would start a round, or cancel one.
  private func startsRound(_ path: String) -> Bool {
    switch rules.verdict(on: path).effect {
    case .reload, .tracking, .nothing: false
    case .restart: !rounds.breaker.isBuilding  // the server that is started after the build reads it
    case .build, .settings, .rules: true
    }
  }
}
