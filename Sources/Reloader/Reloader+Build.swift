// Saves and builds: the newest save wins.

extension Reloader {
  mutating func filesChanged(_ paths: [String]) {
    guard exit == .no else { return }
    report(.changed(paths))
    switch build {
    case .idle: startBuild()
    case .running:
      report(.buildSuperseded)
      build = .cancelling
      act(.cancelBuild)
    case .cancelling: break  // the build that follows reads this save too
    }
  }

  /// Replaces what runs by the same program, or by what a build makes that is needed first.
  mutating func restartWanted(_ paths: [String]) {
    guard exit == .no else { return }
    report(.changed(paths))
    isStale = true
    guard build == .idle else { return }  // its program is started, whatever it is
    // What failed may have failed for want of this.
    if let newest, newest == lastBuilt { introduce(newest) } else { startBuild() }
  }

  /// The program that was built last, as far as it runs or will.
  private var newest: Artifact? {
    next ?? (candidate ?? serving).flatMap { generations[$0]?.artifact }
  }

  /// Whether a save that changes no byte is to be built all the same: the last build failed, or what it made does not run.
  package var isTouchWanted: Bool {
    exit == .no && build == .idle && (hasFailed || newest == nil || newest != lastBuilt)
  }

  mutating func startBuild() {
    build = .running(since: now)
    report(.building(first: lastBuilt == nil))
    if lastBuilt != nil { act(.set(.slowBuild, after: timing.slowBuild)) }
    act(.startBuild)
  }

  /// A doubtful program died as corrupt code does, before it had proved itself: it is built anew, once, before that is called
  /// the user's fault.
  mutating func buildClean() {
    doubtful = nil
    guard exit == .no, build == .idle else { return }
    build = .running(since: now)
    report(.buildingClean)
    act(.set(.slowBuild, after: timing.slowBuild))
    act(.startCleanBuild)
  }

  mutating func buildEnded(_ outcome: BuildOutcome) {
    act(.cancel(.slowBuild))
    guard case .running(let since) = build else {
      // Whatever came of it, it is older than the save that ended it.
      build = .idle
      switch outcome {
      case .succeeded(let artifact), .doubtful(let artifact): discardUnlessNeeded(artifact)
      case .failed, .cancelled: break
      }
      if exit == .no { startBuild() }
      return
    }
    build = .idle
    let duration = since.duration(to: now)
    switch outcome {
    case .succeeded(let artifact), .doubtful(let artifact):
      hasFailed = false
      doubtful = outcome == .doubtful(artifact) ? artifact : nil
      built(artifact, in: duration)
    case .failed:
      hasFailed = true
      report(.buildFailed(duration, serving: serving))
      // What was to be started anew with what the build makes is so with what there is.
      if isStale, let newest, newest == lastBuilt { introduce(newest) }
    case .cancelled: startBuild()  // by somebody else: the save is still to be built
    }
  }

  private mutating func built(_ artifact: Artifact, in duration: Duration) {
    lastBuilt = artifact
    if artifact == newest, !isStale { return report(.unchanged(duration)) }
    report(.built(duration))
    introduce(artifact)
  }
}
