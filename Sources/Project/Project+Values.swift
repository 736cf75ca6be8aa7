package import Building
internal import Handoff
internal import Posix
package import Reloader
package import Serving
package import Settings

// The values of the settings for the other modules.

extension Project {
  package var timing: Timing { Timing(settings) }

  package var recipe: Recipe {
    Recipe(
      configuration: settings.string(.configuration).flatMap { $0 == "debug" ? nil : $0 },
      arguments: settings.strings(.buildArguments),
      command: buildCommand, before: settings.command(.beforeBuild),
      after: settings.command(.afterBuild), isFast: settings.flag(.fast),
      variables: settings.table(.buildEnvironment).map { "\($0.name)=\($0.value)" })
  }

  package var runnable: Runnable {
    Runnable(product: settings.string(.product), command: settings.command(.runCommand))
  }

  /// The name of the lock against a second hotreload for the same project and product.
  package var lockName: String {
    root + ((service ?? settings.string(.product)).map { " \($0)" } ?? "")
  }

  /// Returns the settings with which servers are started. `warn` is called with the diagnostics of
  /// environment files. Throws `SettingsError`, for example for an environment file that cannot be read.
  package func launch(warn: (String) -> Void) throws -> Launch {
    var launch = Launch(
      arguments: settings.strings(.runArguments),
      variables: (try variablesOfFiles(warn: warn) + settings.table(.environment))
        .map { "\($0.name)=\($0.value)" },
      directory: settings.string(.directory) ?? CurrentProcess.directory)
    let mayMakeIt = [Setting.beforeBuild, .buildCommand, .afterBuild].contains { settings.command($0) != nil }
    if !mayMakeIt, !FileSystem.isDirectory(launch.directory) {
      throw settings.error(for: .directory, "is '\(launch.directory)', which is not a directory")
    }
    launch.listen = try listenAddresses()
    launch.readsInput = settings.flag(.stdin)
    launch.readyCommand = settings.command(.readyCommand)
    launch.healthCommand = settings.command(.healthCommand)
    return launch
  }

  /// Returns the variables of the environment files with which a server is started.
  private func variablesOfFiles(warn: (String) -> Void) throws -> [SettingValue.Pair] {
    let filesWin = settings.flag(.environmentFilesWin)
    var variables: [SettingValue.Pair] = []
    for path in settings.strings(.environmentFiles) {
      let bytes: [UInt8]
      do { bytes = try FileSystem.read(path) } catch {
        throw SettingsError("cannot read \(path), which 'run.env-files' names: \(error.reason)")
      }
      let known = variables
      let file = try EnvironmentFile(bytes, path: path, fileWins: filesWin) { name in
        let inFiles = known.last { $0.name == name }?.value
        return filesWin ? inFiles ?? CurrentProcess.variable(name) : CurrentProcess.variable(name) ?? inFiles
      }
      file.warnings.forEach(warn)
      variables += file.variables
    }
    return variables.filter { filesWin || CurrentProcess.variable($0.name) == nil }
  }

  private func listenAddresses() throws -> [ListenAddress] {
    let addresses = try settings.strings(.listen).map { text in
      if let address = ListenAddress(text) { return address }
      throw settings.error(
        for: .listen,
        "contains '\(text)', which is not an address; write it as the server binds it: 127.0.0.1:8080, 0.0.0.0:8080, "
          + "[::1]:8080 or /run/app.sock, optionally with a name before it: http=127.0.0.1:8080")
    }
    return ListenAddress.together(addresses)
  }

  /// Returns whether a save of the file restarts the server.
  package func restarts(on path: String) -> Bool {
    (settings.strings(.restartOn) + settings.strings(.environmentFiles)).contains {
      path == $0 || path.hasPrefix($0 + "/")
    }
  }

  /// Returns a path relative to the project's root if it is in it.
  package func shortened(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }
}

extension Timing {
  /// Creates the limits of these settings.
  package init(_ settings: Settings) {
    self.init(
      readiness: settings.duration(.readyTimeout), handover: settings.duration(.handoverTimeout),
      probation: settings.duration(.probation), drain: settings.duration(.drainTimeout),
      grace: settings.duration(.stopTimeout), backoff: settings.duration(.restartDelay),
      backoffLimit: settings.duration(.restartLimit), health: settings.duration(.healthyAfter))
    conditions = Readiness.Conditions(
      notifies: settings.string(.ready) == "notify", path: settings.string(.readyPath),
      hasCommand: settings.command(.readyCommand) != nil, delay: settings.duration(.readyDelay),
      period: settings.duration(.readyPeriod), threshold: settings.count(.readyThreshold))
    liveness = Liveness.Conditions(
      path: settings.string(.healthPath), accepts: settings.flag(.healthTCP),
      hasCommand: settings.command(.healthCommand) != nil, period: settings.duration(.healthPeriod),
      timeout: settings.duration(.healthTimeout), threshold: settings.count(.healthThreshold),
      delay: settings.duration(.healthDelay))
    replaces = settings.string(.strategy) == "replace"
    movesConnections = settings.string(.connections) == "move"
    policy = settings.string(.restartPolicy).flatMap { RestartPolicy($0) } ?? policy
  }
}

extension RestartPolicy {
  /// Parses a policy of the settings. `nil` if `text` is none.
  fileprivate init?(_ text: String) {
    guard let policy = try? RestartPolicyText(text) else { return nil }
    let mode: Mode =
      switch policy.name {
      case "no": .never
      case "always": .always
      case "unless-stopped": .unlessStopped
      default: .onFailure
      }
    self.init(mode, limit: policy.count)
  }
}
