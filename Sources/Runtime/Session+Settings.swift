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
      for project in new { try project.refuseDangerousRoots() }
      launches = try new.map { try $0.launch() }
      try pages.use(new[0])
    } catch {
      show(error)
      console.line("the settings stay as they were")
      return []
    }
    let (former, recipe) = (services, project.recipe)
    let runnables = former.map(\.project.runnable)
    var renewals: [(service: Service, renewal: Service.Renewal)] = []
    let current = zip(new, launches).map { project, launch in
      guard let known = services.first(where: { $0.project.service == project.service }) else {
        return service(project)
      }
      renewals.append((known, known.use(project, launch)))
      return known
    }
    for (service, renewal) in renewals where renewal == .refused {
      console.line("\(service.prefix)the settings stay as they were")
    }
    let areOthers = current.map(\.number) != former.map(\.number)
    if !areOthers, !renewals.contains(where: { $0.renewal != .refused }) {
      try? pages.use(project)
      return []
    }
    project = new[0]
    console.style = Style(project.settings, isTerminal: isTerminal)
    console.isVerbose = project.settings.flag(.verbose)
    watching?.debouncer = Debouncer(
      quiet: project.settings.duration(.debounce), limit: project.settings.duration(.debounceLimit))
    watching?.pollInterval = project.settings.duration(.pollInterval)
    let isRecipeNew = project.recipe != recipe
    let others = zip(former, runnables).filter { isRecipeNew || $0.project.runnable != $1 }.map(\.0)
    for service in others { service.target.use(service.project.runnable) }
    let restarting = renewals.filter { $0.renewal == .restarts }.map(\.service)
    let file = project.shortened(project.settingsFile)
    if areOthers || !others.isEmpty {
      use(current)
      wasRefused = !retired.isEmpty && renewals.contains { $0.renewal == .refused }
      builder.use(project.recipe, current.map(\.target))
      changed([project.settingsFile])
      startAdded()
    }
    if !restarting.isEmpty {
      roundBegan(restarting)
      for service in restarting { service.supervisor?.handle(.restartWanted([file])) }
    } else if !areOthers, others.isEmpty {
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
