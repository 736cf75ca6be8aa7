internal import Building
internal import FileWatching
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Serving
internal import Settings
internal import Watching

// The settings that change while hotreload runs.
extension Session {
  /// Applies changed settings. Wrong settings are reported, and nothing changes. Returns what the services have to do
  /// because of them.
  func readSettings() -> Saves {
    let new: [Project]
    let launches: [Launch]
    let events: EventStream?
    do {
      new = try Project(invocation).services()
      for project in new { try project.refuseDangerousRoots() }
      launches = try new.map { try $0.launch(warn: console.diagnosticOnce) }
      try pages.use(new[0])
      do {
        events = try eventStream(for: new[0])
        try metrics.use(new[0])
      } catch {
        try? pages.use(project)
        throw error
      }
    } catch {
      show(error)
      console.line("keeping the previous settings")
      settingsFailure = "\(error)\nthe previous settings are kept"
      return Saves()
    }
    settingsFailure = nil
    let (former, recipe) = (services.current, project.recipe)
    let runnables = former.map(\.project.runnable)
    let current = new.map { project in
      former.first { $0.project.service == project.service } ?? service(project)
    }
    let renewals = zip(current, zip(new, launches)).map { $0.use($1.0, $1.1) }
    for (service, renewal) in zip(current, renewals) where renewal == .refused {
      console.line("\(service.prefix)keeping the previous settings")
    }
    let comeOrGo = current.map(\.id) != former.map(\.id)
    if !comeOrGo, !renewals.contains(where: { $0 != .refused }) {
      try? pages.use(project)
      try? metrics.use(project)
      return Saves()
    }
    project = new[0]
    console.events = events
    tellOwnFile()
    console.style = Style(project.settings, isTerminal: console.isTerminal)
    console.verbosity = Verbosity(project.settings)
    console.timeOfDay = project.settings.flag(.times) ? { CurrentProcess.timeOfDay } : nil
    saveDetector?.debouncer.quiet = project.settings.duration(.debounce)
    saveDetector?.debouncer.limit = project.settings.duration(.debounceLimit)
    saveDetector?.pollInterval = project.settings.duration(.pollInterval)
    let isRecipeNew = project.recipe != recipe
    let rebuilt = zip(former, runnables).filter { isRecipeNew || $0.project.runnable != $1 }.map(\.0)
    for service in rebuilt { service.target.use(service.project.runnable) }
    let restarting = zip(current, renewals).filter { $1 == .restarts }.map(\.0.id)
    let isBuilt = comeOrGo || !rebuilt.isEmpty
    if isBuilt {
      use(current)
      services.wasRefused = !services.retired.isEmpty && renewals.contains(.refused)
      builder.use(project.recipe, current.map(\.target))
    } else if restarting.isEmpty {
      console.line("applied the settings of \(project.shortened(project.settingsFile))")
    }
    useInput()
    useStatusLine()
    pages.announce()
    saveDetector?.update(rules, project.watchOptions)
    warnOfPatterns()
    return Saves(isBuilt: isBuilt, restarts: Set(restarting), services: timings)
  }

  /// Warns of patterns and paths that match nothing, once the directories that the package reads are known.
  func warnOfPatterns() {
    guard let rules = saveDetector?.rules else { return }
    for warning in project.warnings(watching: rules.listed) { console.diagnosticOnce(warning) }
  }
}

extension Style {
  init(_ settings: Settings, isTerminal: Bool) {
    self.init(
      wanted: settings.string(.color) ?? "auto", isTerminal: isTerminal, variable: CurrentProcess.variable)
    let hasLinks = Self.hasLinks(
      wanted: settings.string(.links) ?? "auto", isColored: isColored, isTerminal: isTerminal,
      variable: CurrentProcess.variable)
    if hasLinks { linkHost = CurrentProcess.hostName }
  }
}

extension Verbosity {
  init(_ settings: Settings) { self = settings.string(.verbosity).flatMap(Verbosity.init) ?? .normal }
}
