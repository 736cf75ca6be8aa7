package import FileWatching

/// A batch of saves, grouped by their effect.
package struct ChangeSet {
  package var haveSettings = false
  package var haveRules = false
  package var build: [String] = []
  package var restart: [String] = []
  package var reload: [String] = []

  package init(_ batch: [String], by rules: WatchRules) {
    for path in batch {
      switch rules.saveEffect(on: path).effect {
      case .settings: haveSettings = true
      case .rules: haveRules = true
      case .reload: reload.append(path)
      case .restart: restart.append(path)
      case .build: build.append(path)
      case .tracking, .nothing: break
      }
    }
  }
}
