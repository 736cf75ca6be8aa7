internal import Posix

// The files of the next build cycle, and its time.
extension LoopBreaker {
  /// Returns the files to build now, for a batch.
  ///
  /// - Parameters:
  ///   - changed: The files of the batch that have changed.
  ///   - new: The changed files that did not exist before.
  ///   - unchanged: The files of the batch that were saved without a change.
  ///   - exists: Returns whether a file exists now.
  package mutating func takeBatch(
    _ changed: [String], new: Set<String> = [], unchanged: [String] = [], at now: ContinuousClock.Instant,
    exists: (String) -> Bool = { _ in true }
  ) -> [String] {
    defer { circumstances = [:] }
    for path in unchanged {
      if case .inCycle(_, .build) = circumstances[path] { confirm(path) }
    }
    if !changed.isEmpty { (builds.hasOtherChanges, builds.likelyOutputs) = (true, []) }
    confirmLikely()
    var (saves, trusted, following): (Set<String>, Set<String>, [String: Int]) = ([], [], [:])
    var inLockstep: [String: Int] = [:]
    for path in changed {
      if born.contains(path), !exists(path) {  // the file came and went
        born.remove(path)
        waiting[path] = nil
        continue
      }
      switch circumstances[path] ?? .save {
      case .save: saves.insert(path)
      case .following(0) where immediateBuilds.useUnsure(new.contains(path) ? "\(path.parentPath)/" : path):
        trusted.insert(path)
      case .following(let count): if !chain.stopped.contains(path) { following[path] = count }
      case .inLockstep(let count): inLockstep[path] = count
      case .inCycle(let cycle, let phase):
        if recordCycleChange(path, in: phase, of: cycle) { continue }
        if isTrusted(path, isNew: new.contains(path), in: phase) {
          immediateBuilds.use(path)
          trusted.insert(path)
        } else {
          if new.contains(path) { born.insert(path) }
          waiting[path] = Waiting(isNew: new.contains(path), phase: phase)
        }
      }
    }
    if saves.isEmpty, trusted.isEmpty {
      slowDown(inLockstep, at: now)
      return escalate(following, new: new.intersection(following.keys), at: now, exists: exists)
    }
    // Files that wait are built together with these.
    var paths = saves.union(trusted).union(following.keys).union(inLockstep.keys)
    let late = Set(waiting.filter { !$0.value.isNew || exists($0.key) }.keys).union(
      chain.delayed?.paths ?? [])
    paths.formUnion(late.subtracting(chain.suspects))
    (waiting, chain.delayed) = ([:], nil)
    if !saves.isEmpty { saved(saves) }
    return takeUp(paths, isSave: !saves.isEmpty)
  }

  /// Records saves.
  private mutating func saved(_ paths: Set<String>) {
    immediateBuilds.saved(paths)
    for path in paths {
      outputs.saved(path)
      chain.stopped.remove(path)
      if !immediateBuilds.isSure(of: path) { continue }
      chain.suspects.remove(path)
      news.forget(path)
    }
  }

  /// Records a change in a build cycle. Returns whether the file is left alone.
  private mutating func recordCycleChange(_ path: String, in phase: CyclePhase, of cycle: Int) -> Bool {
    streaks.changed(path, in: cycle)
    if phase == .build { outputs.changed(path, save: save) }
    if chain.stopped.contains(path) { return true }
    guard phase == .build, outputs.isOutput(path) else { return false }
    news.addOutput(path)
    return true
  }

  /// Returns whether a change in a build cycle starts another build at once. A new file may be a temporary
  /// one, so it does not during a build or after a build cycle without a save.
  private func isTrusted(_ path: String, isNew: Bool, in phase: CyclePhase) -> Bool {
    let isLoop =
      chain.suspects.contains(path) || chain.causes[path] != nil
      || isNew && (phase == .build || chain.length > 0)
    return !isLoop && !outputs.isSuspect(path) && immediateBuilds.has(path)
  }

  /// Returns whether a change of the file will almost certainly be built at once.
  package func buildsAtOnce(_ path: String) -> Bool {
    switch circumstances[path] {
    case .save, nil: true
    case .following, .inLockstep: false
    case .inCycle(_, let phase): !chain.stopped.contains(path) && isTrusted(path, isNew: false, in: phase)
    }
  }

  /// Returns whether the build that is running may be writing the file, and a change of it starts no other one.
  package func isBeingWritten(_ path: String) -> Bool {
    guard isBuilding, case .inCycle(_, .build) = circumstances[path] else { return false }
    return !buildsAtOnce(path)
  }

  /// The time at which to call ``takeDue(at:exists:)``. `nil` if nothing waits.
  package var deadline: ContinuousClock.Instant? {
    [waiting.keys.compactMap(maturity).min(), isCycleOpen ? nil : chain.delayed?.time].compactMap(\.self)
      .min()
  }

  /// Returns the time at which a file that changed in the build cycle is looked at again. `nil` if it is not
  /// known yet.
  private func maturity(_ path: String) -> ContinuousClock.Instant? {
    let started = builds.end.map { $0 + Self.grace }
    if waiting[path]?.phase != .build { return isCycleOpen ? nil : cycleEnd }
    if isCycleOpen { return isBuilding ? nil : started }
    return streaks.cycle == 1 ? started ?? cycleEnd : cycleEnd
  }

  /// Returns the waiting files to build now.
  package mutating func takeDue(at now: ContinuousClock.Instant, exists: (String) -> Bool = { _ in true })
    -> [String]
  {
    let mature = waiting.filter { maturity($0.key).map { $0 <= now } == true }
    for path in mature.keys { waiting[path] = nil }
    let left = mature.filter { !$0.value.isNew || exists($0.key) }
    let counts = Dictionary(uniqueKeysWithValues: left.keys.map { ($0, streaks.count($0)) })
    var due = Set(escalate(counts, new: Set(left.filter(\.value.isNew).keys), at: now, exists: exists))
    if let delayed = chain.delayed, delayed.time <= now, !isCycleOpen {
      chain.delayed = nil
      due.formUnion(
        takeUp(delayed.paths.filter { chain.causes[$0]?.isNew != true || exists($0) }, isSave: false))
    }
    return due.sorted()
  }

  /// Returns whether a file, or the new files of its directory, have started as many build cycles as are
  /// allowed without a save.
  private func isLooping(_ path: String, isNew: Bool, exists: (String) -> Bool) -> Bool {
    guard let cause = chain.causes[path] else { return false }
    // Files with new names count together. A build may remove the files that the last one has made.
    let directory = path.parentPath
    let count = isNew ? chain.directories[directory, default: 0] : cause.count
    return count >= Self.cycleDelays.count - 1
      || chain.stoppedDirectories.contains(directory) && (isNew || !exists(path))
  }

  /// Delays the build cycles of these files, but does not stop them.
  private mutating func slowDown(_ counts: [String: Int], at now: ContinuousClock.Instant) {
    guard let count = counts.values.max() else { return }
    let index = min(count, Self.cycleDelays.count - 2)
    if index == Self.cycleDelays.count - 2 { news.addSlowed(counts.keys) }
    delay(Set(counts.keys), Self.cycleDelays[index], at: now)
  }

  /// Delays the next build cycle for these files by at least `wait`.
  private mutating func delay(_ paths: Set<String>, _ wait: Duration, at now: ContinuousClock.Instant) {
    news.setDelayed(paths, wait)
    chain.delayed = (paths.union(chain.delayed?.paths ?? []), max(now + wait, chain.delayed?.time ?? now))
  }

  /// Returns the files to build at once, of files that changed without a save, and delays or stops the
  /// others. The values are the numbers of build cycles in a row in which each file has changed.
  private mutating func escalate(
    _ changed: [String: Int], new: Set<String>, at now: ContinuousClock.Instant, exists: (String) -> Bool
  ) -> [String] {
    var paths = Set(changed.keys)
    if paths.isEmpty { return [] }
    for path in paths where changed[path] != 0 {
      chain.causes[path, default: Chain.Cause(isNew: new.contains(path))].count += 1
    }
    for directory in Set(new.map(\.parentPath)) { chain.directories[directory, default: 0] += 1 }
    chain.length = max(chain.length + 1, changed.values.max() ?? 0)
    let areOfStopped = new == paths && paths.allSatisfy { chain.stoppedDirectories.contains($0.parentPath) }
    if areOfStopped || paths.isSubset(of: chain.suspects) {
      chain.length = max(chain.length, Self.cycleDelays.count)
    }
    if chain.length >= Self.cycleDelays.count, !areOfStopped {
      news.addLooping(chain.causes.mapValues(\.hasNewName))
      chain.suspects.formUnion(chain.causes.filter { !$0.value.hasNewName }.keys)
    }
    if chain.length > Self.cycleDelays.count {
      // The other files may be saves.
      let looping = paths.filter { isLooping($0, isNew: new.contains($0), exists: exists) }
      chain.stopped.formUnion(looping)
      chain.stoppedDirectories.formUnion(new.intersection(looping).map(\.parentPath))
      paths.subtract(looping)
      if paths.isEmpty { return [] }
    }
    let wait = Self.cycleDelays[min(chain.length, Self.cycleDelays.count) - 1]
    if wait == .zero, chain.delayed == nil { return takeUp(paths, isSave: false) }
    delay(paths, wait, at: now)
    return []
  }
}
