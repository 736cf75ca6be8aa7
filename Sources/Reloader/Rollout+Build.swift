// Decisions about the results of builds.

extension Rollout {
  /// The program that was built last, if it runs or is queued.
  var newest: Artifact? {
    programs.queued ?? (candidate ?? live).flatMap { generations[$0]?.artifact }
  }

  /// Whether the program that was built last neither runs nor is queued.
  var isBehind: Bool { newest == nil || newest != programs.built }

  /// Restarts the server after a change of files that only the server reads. If the last build did not make
  /// the running program, a build comes first. If one `isBuilding`, its end starts the server again.
  mutating func restartWanted(isBuilding: Bool) {
    guard !isEnding else { return }
    isStale = true
    if isBuilding { return }
    // A failed build may have failed because of these files.
    if let newest, newest == programs.built {
      introduce(newest)
    } else {
      outputs.append(.build(isClean: false))
    }
  }

  /// Returns whether the build has made the program that runs or is queued.
  func isUnchanged(_ artifact: Artifact) -> Bool { artifact == newest && !isStale }

  /// Introduces a built program, unless it is the one that runs.
  mutating func built(_ artifact: Artifact, isDoubtful: Bool) {
    programs.doubtful = isDoubtful ? artifact : nil
    programs.built = artifact
    if isUnchanged(artifact) { return }
    introduce(artifact)
  }

  /// Restarts the last program if the restart was waiting for a build that has failed.
  mutating func buildFailed() {
    if isStale, let newest, newest == programs.built { introduce(newest) }
  }
}
