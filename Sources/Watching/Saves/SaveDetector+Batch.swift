internal import FileWatching
internal import Git
internal import Posix

// The end of a batch.
extension SaveDetector {
  /// The time between two checks of whether git has finished.
  private static let pauseForGit: Duration = .milliseconds(10)

  /// The minimum time until a batch that the build is writing is looked at again.
  private static let pauseForBuild: Duration = .milliseconds(10)

  /// The time at which the batch is due. A polled batch must have been seen unchanged once, because its files
  /// may be half written.
  var deadline: ContinuousClock.Instant? {
    source.polling.isConfirmed ? debouncer.deadline : debouncer.lastDeadline
  }

  /// Reports the batch, or else the files that have waited for the end of a build cycle, if they are due.
  func deadlineReached(at now: ContinuousClock.Instant) {
    if let deadline, deadline <= now, isComplete(at: now),
      endBatch(debouncer.takeBatch(at: now) ?? [], at: now)
    {
      return  // the handler begins a build cycle, which the waiting files wait for
    }
    let due = cycle.breaker.takeDue(at: now, exists: FileSystem.exists)
    postNews()
    if !due.isEmpty { outbox.post(.saved(ChangeSet(due, by: rules))) }
  }

  /// Returns whether the due batch is complete. Postpones it otherwise, up to its limit.
  private func isComplete(at now: ContinuousClock.Instant) -> Bool {
    guard let last = debouncer.lastDeadline, now < last else { return true }
    // A linker may pause for longer than the debounce, and its half-written file would count as another program's.
    if debouncer.paths.allSatisfy({
      cycle.breaker.isBeingWritten($0) && startsCycle(rules.saveEffect(on: $0).effect)
    }) {
      debouncer.putOff(until: now + max(debouncer.quiet, Self.pauseForBuild))
      return false
    }
    let repositories = Set(rules.anchors.compactMap(Repository.init))
    switch git.state(of: repositories, within: debouncer.limit, polled: source.isPolling) {
    case .atRest: return !collect()
    case .changing: debouncer.putOff(until: now + max(debouncer.quiet, Self.pauseForGit))
    case .unseen: source.lookAgain()
    }
    return false
  }

  /// Judges the files of a batch, and reports the saves. Returns whether there are any.
  @discardableResult
  func endBatch(_ batch: [String], at now: ContinuousClock.Instant) -> Bool {
    additions = 0
    git.batchEnded()
    let saves = contents.endBatch(batch)
    let (others, own) = filter.endBatch(saves.changed, polled: source.isPolling)
    filter.forget(batch)
    postSelfWrites(own)
    let changes = ChangeSet(others, by: rules)
    let (starting, rest) = changes.split(where: startsCycle)
    let wanted = cycle.breaker.takeBatch(
      starting.paths.sorted(), new: saves.new, unchanged: saves.unchanged, at: now,
      exists: FileSystem.exists)
    postNews()
    if !saves.unchanged.isEmpty { outbox.post(.unchanged(saves.unchanged)) }
    let reported = changes.changes(of: rest.paths + wanted, by: rules)
    if reported.isEmpty { return false }
    outbox.post(.saved(reported))
    return true
  }

  /// Returns whether a save with this effect starts a build cycle, or cancels one.
  private func startsCycle(_ effect: SaveEffect.Effect) -> Bool {
    switch effect {
    case .reload, .tracking, .nothing: false
    case .restart: !cycle.breaker.isBuilding  // the server that is started after the build reads it
    case .build, .settings, .rules: true
    }
  }

  /// Reports what the breaker has found out.
  func postNews() {
    let news = cycle.breaker.takeNews()
    if !news.outputs.isEmpty { outbox.post(.buildOutputs(news.outputs)) }
    if !news.looping.isEmpty { outbox.post(.buildLoop(news.looping, stops: true)) }
    if !news.slowed.isEmpty { outbox.post(.buildLoop(news.slowed, stops: false)) }
    if let (paths, wait) = news.delayed { outbox.post(.delayed(paths, wait)) }
  }

  /// Reports self-writes.
  func postSelfWrites(_ paths: [String]) {
    let news = filter.news(of: paths)
    if !news.isEmpty { outbox.post(.selfWrites(news)) }
  }
}
