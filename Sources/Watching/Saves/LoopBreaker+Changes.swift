internal import Posix

// The circumstances of changes.
extension LoopBreaker {
  /// Records changes of files.
  ///
  /// - Parameters:
  ///   - now: The time at which the changes were seen.
  ///   - late: The phase of the last build cycle in which they happened, if they are seen only now. `nil` if
  ///     they have just happened.
  ///   - canBeOurs: Whether an own program may have written the files, if no build cycle is open.
  ///   - isNew: Returns whether a file did not exist before.
  package mutating func changed(
    _ paths: [String], at now: ContinuousClock.Instant, in late: CyclePhase? = nil, canBeOurs: Bool = true,
    isNew: (String) -> Bool = { _ in false }
  ) {
    for path in paths {
      // Files with new names count together.
      let name = isNew(path) ? "\(path.parentPath)/" : path
      let circumstance = inCycle(late) ?? outside(path, name, at: now, canBeOurs: canBeOurs)
      if circumstances[path] == nil || circumstance == .save { circumstances[path] = circumstance }
    }
  }

  /// Records writes of files that may have changed nothing. The parameter is that of
  /// ``changed(_:at:in:canBeOurs:isNew:)``.
  package mutating func written(_ paths: [String], in late: CyclePhase? = nil) {
    guard let circumstance = inCycle(late) else { return }
    for path in paths where circumstances[path] == nil { circumstances[path] = circumstance }
  }

  /// Returns the circumstances of a change if a build cycle is open.
  private func inCycle(_ late: CyclePhase?) -> Circumstance? {
    (late ?? (isBuilding && builds.writesFiles ? .build : isCycleOpen ? .start : nil)).map {
      .inCycle(streaks.cycle, $0)
    }
  }

  /// Returns the circumstances of a change while no build cycle is open. `name` stands for the file, or for
  /// the new files of its directory.
  private mutating func outside(
    _ path: String, _ name: String, at now: ContinuousClock.Instant, canBeOurs: Bool
  ) -> Circumstance {
    if !canBeOurs { immediateBuilds.becomeSure(of: path) }
    guard let cycleEnd else { return .save }
    let delay = cycleEnd.duration(to: now)
    let isDelayed = chain.delayed?.paths.contains(path) == true
    if !canBeOurs {
      streaks.forget(name)
      let count = streaks.changed("\(name) by others", after: delay)
      return count > Self.lockstepLimit && !isDelayed ? .inLockstep(count - Self.lockstepLimit) : .save
    }
    let count = streaks.changed(name, after: delay)
    if builds.inputs.contains(path) { return .save }
    if isDelayed || chain.stopped.contains(path) || chain.suspects.contains(path) {
      return .following(max(count, 1))
    }
    // The file is known for saves, or other files are known to be written by own programs.
    if count < Self.cycleDelays.count {
      if immediateBuilds.isSure(of: path) { return .save }
      if !chain.suspects.isEmpty { return .following(0) }
    }
    if count > 0 { return .following(count) }
    return 1...Self.cycleDelays.count ~= chain.length && delay < Self.memory ? .following(0) : .save
  }
}
