internal import Building
internal import FileWatching
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Settings
internal import Watching

// The saves that the watcher reports.
extension Session {
  private func saved(_ changes: ChangeSet) {
    if end.hasBegun { return }
    let built = builder.record(changes: changes.build)
    countPending()
    announce(built + changes.restart + changes.reload + (changes.haveSettings ? [project.settingsFile] : []))
    var saves = changes.haveSettings ? readSettings() : Saves()
    if changes.haveRules {
      saveDetector?.update(rules, project.watchOptions)
      console.line("updated the files that git ignores")
    }
    if !built.isEmpty { saves.isBuilt = true }
    saves.restarts.formUnion(readEnvironment(changes.restart, besides: saves.restarts))
    if !changes.reload.isEmpty {
      saves.pages = changes.reload.allSatisfy { $0.hasSuffix(".css") } ? .styles : .files
    }
    driver.handle(.saved(saves))
  }

  /// Reports a batch of saves.
  private func announce(_ paths: [String]) {
    if paths.isEmpty { return }
    if project.settings.flag(.clear) { console.clear() }
    let deleted = paths.filter { !FileSystem.exists($0) }
    console.saved(paths.map(project.shortened), deleted: Set(deleted.map(project.shortened)))
  }

  /// Returns the services for which a save of `paths` is a reason to restart, after their environment was read again.
  /// The `restarted` ones have read it together with their new settings.
  private func readEnvironment(_ paths: [String], besides restarted: Set<ServiceID>) -> [ServiceID] {
    services.current.filter { service in
      guard paths.contains(where: service.project.restarts), !restarted.contains(service.id) else {
        return false
      }
      do { try service.readEnvironment(warn: console.diagnosticOnce) } catch {
        show(error)
        return false
      }
      return true
    }.map(\.id)
  }

  /// Updates the rules if the files that git tracks have changed. A newly tracked file may be in an ignored
  /// directory, which is not watched.
  private func lookUpTracking() {
    guard let saveDetector, saveDetector.rules.trackingHasChanged() else { return }
    saveDetector.update(rules, project.watchOptions)
    console.line("updated the files that git tracks")
  }

  func handle(_ event: SaveEvent) {
    switch event {
    case .appeared(let changes): if changes.isForBuildOnly { driver.handle(.appeared(changes.build)) }
    case .saved(let changes): saved(changes)
    case .trackingMayHaveChanged: lookUpTracking()
    case .fact(let fact): tell(fact)
    }
  }
}
