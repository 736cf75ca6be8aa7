internal import Building
internal import Project
internal import Reporting
internal import Watching

// The reports of the watcher.
extension Session {
  func tell(_ fact: SaveEvent.Fact) {
    switch fact {
    case .watching(let count): console.detail("watching \(count) files")
    case .seen(let paths):
      console.seen(paths.map(project.shortened))
      if isPaused { countPending() }
    case .unchanged(let paths): console.unchanged(paths.map(project.shortened))
    case .delayed(let paths, let wait): console.delayed(paths.map(project.shortened), for: wait)
    case .buildLoop(let paths, let stops):
      console.buildLoop(
        paths.map(project.shortened), stops: stops,
        exclusions: LoopBreaker.exclusions(for: paths).map(project.shortened))
    case .selfWrites(let paths): console.selfWrites(paths.map(project.shortened))
    case .buildOutputs(let paths): console.buildOutputs(paths.map(project.shortened))
    case .noticed(let notice): console.warning("\(notice)")
    case .failed(let error): console.error("\(error)")
    }
  }

  /// Counts the files that were saved and are not built, for the status line.
  func countPending() {
    let gathered = isPaused ? Set(saveDetector?.pending ?? []) : []
    console.status.pending = builder.saved.changed.union(gathered).count
  }
}
