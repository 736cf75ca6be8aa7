internal import Console
internal import FileWatching
internal import Posix
internal import Reloader
internal import Settings

// Settings that change while hotreload runs.
extension Session {
  /// Takes over changed settings; those that are wrong are reported, and nothing changes. Returns the services that are
  /// started anew for them.
  func readSettings() -> [Service] {
    let new: [Project]
    let launches: [Launch]
    do {
      new = try Project(invocation).services()
      guard new.map(\.service) == services.map(\.project.service) else {
        throw UsageFailure("the services are others now; end hotreload and start it again for that")
      }
      for project in new { try project.refuseDangerousRoots() }
      launches = try new.map { try $0.launch() }
      try pages.use(new[0])
    } catch {
      show(error)
      console.line("the settings stay as they were")
      return []
    }
    let (recipe, runnables) = (project.recipe, services.map(\.project.runnable))
    let renewals = zip(services, zip(new, launches)).map { $0.use($1.0, $1.1) }
    for (service, renewal) in zip(services, renewals) where renewal == .refused {
      console.line("\(service.prefix)the settings stay as they were")
    }
    if !renewals.contains(where: { $0 != .refused }) {
      try? pages.use(project)
      return []
    }
    project = new[0]
    console.style = Style(project.settings, isTerminal: isTerminal)
    console.isVerbose = project.settings.flag(.verbose)
    watching?.debouncer = Debouncer(
      quiet: project.settings.duration(.debounce), limit: project.settings.duration(.debounceLimit))
    watching?.pollInterval = project.settings.duration(.pollInterval)
    let isRecipeNew = project.recipe != recipe || services.map(\.project.runnable) != runnables
    let restarting = zip(services, renewals).filter { $1 == .restarts }.map(\.0)
    let file = project.shortened(project.settingsFile)
    if isRecipeNew {
      builder.use(project.recipe, services.map(\.project.runnable))
      changed([project.settingsFile])
    }
    if !restarting.isEmpty {
      roundBegan(restarting)
      for service in restarting { service.supervisor?.handle(.restartWanted([file])) }
    } else if !isRecipeNew {
      console.line("the settings of \(file) apply from now on")
    }
    pages.announce()
    watching?.update(rules, project.watchOptions)
    return restarting
  }
}

extension Style {
  init(_ settings: Settings, isTerminal: Bool) {
    self.init(
      wanted: settings.string(.color) ?? "auto", isTerminal: isTerminal, variable: CurrentProcess.variable)
  }
}
