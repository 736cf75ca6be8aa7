// Decisions about saves and builds. The newest save supersedes a running build.

extension Reloader {
  /// Starts a build for the changed files, or cancels the running build so that another one follows.
  mutating func filesChanged(_ paths: [String]) {
    guard exit == .no else { return }
    report(.changed(paths))
    switch build {
    case .idle: startBuild()
    case .running:
      report(.buildSuperseded)
      build = .cancelling
      act(.cancelBuild)
    case .cancelling: break  // the build that follows includes this save too
    }
  }

  /// Restarts the server after a change of files that only the server reads. If the last build did not make
  /// the running program, a build comes first.
  mutating func restartWanted(_ paths: [String]) {
    guard exit == .no else { return }
    report(.changed(paths))
    isStale = true
    guard build == .idle else { return }  // the end of the build starts the server again
    // A failed build may have failed because of these files.
    if let newest, newest == lastBuilt { introduce(newest) } else { startBuild() }
  }

  /// The program that was built last, if it runs or is queued.
  private var newest: Artifact? {
    queuedArtifact ?? (candidate ?? live).flatMap { generations[$0]?.artifact }
  }

  /// Whether a save that does not change a file's content should still start a build. This is so if the last
  /// build failed, or if its program does not run.
  package var isTouchWanted: Bool {
    exit == .no && build == .idle && (hasFailed || newest == nil || newest != lastBuilt)
  }

  /// Starts a build, and reports it.
  mutating func startBuild() {
    build = .running(since: now)
    report(.building(first: lastBuilt == nil))
    if lastBuilt != nil { act(.set(.slowBuild, after: timing.slowBuild)) }
    act(.startBuild)
  }

  /// Builds everything again after a doubtful program has crashed before it passed its probation. If the
  /// result crashes too, the cause is the user's code.
  mutating func buildClean() {
    doubtful = nil
    guard exit == .no, build == .idle else { return }
    build = .running(since: now)
    report(.buildingClean)
    act(.set(.slowBuild, after: timing.slowBuild))
    act(.startCleanBuild)
  }

  /// Handles the end of a build. The result of a cancelled build is dropped, and another build starts.
  mutating func buildEnded(_ outcome: BuildOutcome) {
    act(.cancel(.slowBuild))
    guard case .running(let since) = build else {
      // The result is older than the save that cancelled the build.
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
      report(.buildFailed(duration, serving: live))
      // The restart was waiting for this build. Without a new program, the last one is restarted.
      if isStale, let newest, newest == lastBuilt { introduce(newest) }
    case .cancelled: startBuild()  // cancelled from outside: the save still has to be built
    }
  }

  /// Introduces a built program, unless it is the one that runs.
  private mutating func built(_ artifact: Artifact, in duration: Duration) {
    lastBuilt = artifact
    if artifact == newest, !isStale { return report(.unchanged(duration)) }
    report(.built(duration))
    introduce(artifact)
  }
}
