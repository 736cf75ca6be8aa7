internal import FileWatching

/// A batch of saves, by what is to be done about them.
struct Saves {
  var haveSettings = false
  var haveRules = false
  var build: [String] = []
  var restart: [String] = []
  var reload: [String] = []

  init(_ batch: [String], by rules: WatchRules) {
    for path in batch {
      switch rules.verdict(on: path).effect {
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
