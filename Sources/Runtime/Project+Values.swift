internal import Posix
internal import Reloader
internal import Settings

// What the settings mean for the parts of hotreload.

extension Project {
  var timing: Timing {
    var timing = Timing()
    timing.readiness = settings.duration(.readyTimeout)
    timing.probation = settings.duration(.probation)
    timing.drain = settings.duration(.drainTimeout)
    timing.grace = settings.duration(.stopTimeout)
    timing.replaces = settings.string(.strategy) == "replace"
    timing.movesConnections = settings.string(.connections) == "move"
    timing.restarts = settings.flag(.restart)
    timing.backoff = settings.duration(.restartDelay)
    timing.backoffLimit = settings.duration(.restartLimit)
    timing.health = settings.duration(.healthyAfter)
    return timing
  }

  var recipe: Recipe {
    Recipe(
      configuration: settings.string(.configuration).flatMap { $0 == "debug" ? nil : $0 },
      arguments: settings.strings(.buildArguments),
      command: settings.command(.buildCommand), before: settings.command(.beforeBuild),
      after: settings.command(.afterBuild), product: settings.string(.product),
      run: settings.command(.runCommand),
      isFast: settings.flag(.fast))
  }

  /// What makes one project's hotreload another than the one beside it.
  var lockName: String {
    root + (settings.string(.product).map { " \($0)" } ?? "")
  }

  /// How the servers are started. Throws `SettingsError` for an environment file that cannot be read.
  func launch() throws -> Launch {
    var variables: [SettingValue.Pair] = []
    for path in settings.strings(.environmentFiles) {
      let text: String
      do { text = String(decoding: try FileSystem.read(path), as: UTF8.self) } catch {
        throw SettingsError("cannot read \(path), which 'run.env-files' names: \(error.reason)")
      }
      let known = variables
      variables += try EnvironmentFile.read(text, path: path) { name in
        CurrentProcess.variable(name) ?? known.last { $0.name == name }?.value
      }
    }
    let fromFiles = variables.filter { CurrentProcess.variable($0.name) == nil }
    return Launch(
      arguments: settings.strings(.runArguments),
      variables: (fromFiles + settings.table(.environment)).map { "\($0.name)=\($0.value)" },
      directory: settings.string(.directory) ?? CurrentProcess.directory)
  }

  /// Files, and directories, of which a save restarts the server without a build.
  var restartPaths: [String] { settings.strings(.restartOn) + settings.strings(.environmentFiles) }

  /// What a batch of saves asks for.
  func sort(_ batch: [String]) -> Saves {
    let globs = settings.strings(.exclude).map(Glob.init)
    var saves = Saves()
    for path in batch {
      if path == settingsFile {
        saves.haveSettings = true
      } else if restartPaths.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) {
        saves.restart.append(path)
      } else if !globs.contains(where: { $0.matches(shortened(path)) }) {
        saves.build.append(path)
      }
    }
    return saves
  }

  /// A path as the user would name it.
  func shortened(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }
}

/// A batch of saves, by what is to be done about them.
struct Saves {
  var haveSettings = false
  var build: [String] = []
  var restart: [String] = []
}

/// How a program is made.
struct Recipe: Equatable {
  /// `debug` or `release`.
  var configuration: String?
  /// For `swift build`.
  var arguments: [String] = []
  /// Instead of `swift build`.
  var command: SettingValue.CommandLine?
  var before: SettingValue.CommandLine?
  var after: SettingValue.CommandLine?
  var product: String?
  /// Instead of a product.
  var run: SettingValue.CommandLine?
  /// The fast path is wanted.
  var isFast = true

  /// The fast path makes a program of its own beside SwiftPM's, which the user's commands do not know of.
  var mayBeFast: Bool { isFast && command == nil && run == nil && after == nil }
}
