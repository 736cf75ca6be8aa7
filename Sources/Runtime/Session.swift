internal import Building
internal import Console
internal import FileWatching
internal import Glibc
internal import Handoff
internal import Posix
internal import Reloader
internal import Settings

/// One `hotreload run`: wires the watcher, the builder and the console to a ``Service``, or to several.
package final class Session {
  private let invocation: Invocation
  private let console: Console
  private let loop: EventLoop
  private let children: Children
  private let builder: PackageBuilder
  private let services: [Service]
  /// Whether somebody can type Ctrl-C.
  private var isInteractive: Bool
  private let isTerminal: Bool
  /// Of the files that were saved last, those that are not there any more.
  private var deleted: Set<String> = []
  private var isLeaving = false
  private var failure: UsageFailure?
  private var lastSignal = SIGINT
  private var watching: Watching?
  private var build: SharedBuild?
  /// Those that a save has set something off for which is not done yet.
  private var busy: Set<ObjectIdentifier> = []
  private var buildReports = BuildReports()
  private var left = 0

  /// The settings that are for all services are the same in each.
  private var project: Project { services[0].project }

  /// Prepares a run; nothing is started yet. Throws the errno of `epoll_create1(2)`, and what is wrong with the
  /// project or its settings.
  package init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let projects = try Project(invocation).services()
    for project in projects { try project.refuseDangerousRoots() }
    let settings = projects[0].settings
    isTerminal = standardError.isTerminal
    isInteractive = isTerminal
    let loop = try EventLoop()
    let children = try Children(loop: loop)
    let console = Console(
      style: Style(settings, isTerminal: isTerminal), isTerminal: isTerminal,
      isVerbose: settings.flag(.verbose), write: standardError.write)
    services = projects.map { project in
      let fast = FastBuilder(root: project.root, loop: loop, children: children)
      return Service(project, BuildTarget(project.runnable, fast: fast), console: console)
    }
    builder = PackageBuilder(
      root: projects[0].root, projects[0].recipe, targets: services.map(\.target), loop: loop,
      children: children,
      console: console)
    (self.loop, self.children, self.console) = (loop, children, console)
  }

  /// Builds, serves and reloads until the user ends it; returns the signal that did. Throws ``UsageFailure`` for input
  /// that nothing can be done with, and what the system refuses.
  package func run() throws -> CInt {
    let launches = try services.map { try $0.project.launch() }
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, Guardian.parentDied])
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { received(signal) }
    }
    defer { for service in services { service.supervisor?.close() } }
    try assemble(launches)
    for service in services {
      service.supervisor?.start { [unowned self] in
        left += 1
        if left == services.count { loop.stop() }
      }
    }
    try loop.run()
    children.endAll()
    for service in services { service.target.discardAll() }
    if let failure { throw failure }
    return lastSignal
  }

  private func assemble(_ launches: [Launch]) throws {
    builder.described = { [unowned self] in watching?.update(rules, project.watchOptions) }
    builder.unusable = { [unowned self] in unusable($0, isFirst: $1) }
    let build = SharedBuild(builder, loop: loop) { [unowned self] in built($0) }
    self.build = build
    let debouncer = Debouncer(
      quiet: project.settings.duration(.debounce), limit: project.settings.duration(.debounceLimit))
    watching = try Watching(
      rules, project.watchOptions, pollInterval: project.settings.duration(.pollInterval), debouncer,
      loop: loop
    ) { [unowned self] in
      tell($0)
    } isTouchWanted: { [unowned self] in
      services.contains { $0.supervisor?.isTouchWanted == true }
    } changed: { [unowned self] batch in
      saved(batch)
    }
    for (service, launch) in zip(services, launches) {
      try service.prepare(launch, by: build, loop: loop, children: children) {
        [unowned self, unowned service] in
        report($0, of: service)
      }
    }
  }

  private var rules: WatchRules {
    WatchRules(
      services.map(\.project), builder.package, products: services.compactMap(\.target.product))
  }

  private func saved(_ batch: [String]) {
    let saves = Saves(batch, by: watching?.rules ?? rules)
    let built = builder.saves(in: saves.build)
    deleted = Set((built + saves.restart).filter { !FileSystem.exists($0) }.map(project.shortened))
    if saves.haveSettings { readSettings() }
    if saves.haveRules {
      watching?.update(rules, project.watchOptions)
      console.line("what git ignores has changed: that applies from now on")
    }
    if !built.isEmpty { changed(built) }
    if !saves.restart.isEmpty { restart(saves.restart) }
  }

  private func changed(_ paths: [String]) {
    roundBegan(services, paths)
    for service in services { service.supervisor?.handle(.changed(paths.map(project.shortened))) }
  }

  private func restart(_ paths: [String]) {
    let concerned = services.filter { service in paths.contains(where: service.project.restarts) }
    roundBegan(concerned, paths)
    for service in concerned {
      do { try service.readEnvironment() } catch { show(error) }
      service.supervisor?.handle(.restartWanted(paths.map(project.shortened)))
    }
  }

  private func roundBegan(_ services: [Service], _ paths: [String]) {
    if isLeaving { return }
    watching?.roundBegan()
    busy.formUnion(services.map(ObjectIdentifier.init))
    if project.settings.flag(.clear) { console.clear() }
    console.saved(paths.map(project.shortened), deleted: deleted)
  }

  /// Takes over changed settings; those that are wrong are reported, and nothing changes.
  private func readSettings() {
    let new: [Project]
    let launches: [Launch]
    do {
      new = try Project(invocation).services()
      guard new.map(\.service) == services.map(\.project.service) else {
        throw UsageFailure("the services are others now; end hotreload and start it again for that")
      }
      for project in new { try project.refuseDangerousRoots() }
      launches = try new.map { try $0.launch() }
    } catch {
      show(error)
      return console.line("the settings stay as they were")
    }
    let (recipe, runnables) = (project.recipe, services.map(\.project.runnable))
    let renewals = zip(services, zip(new, launches)).map { $0.use($1.0, $1.1) }
    for (service, renewal) in zip(services, renewals) where renewal == .refused {
      console.line("\(service.prefix)the settings stay as they were")
    }
    if !renewals.contains(where: { $0 != .refused }) { return }
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
      roundBegan(restarting, [project.settingsFile])
      for service in restarting { service.supervisor?.handle(.restartWanted([file])) }
    } else if !isRecipeNew {
      console.line("the settings of \(file) apply from now on")
    }
    watching?.update(rules, project.watchOptions)
  }

  private func show(_ error: any Error) {
    guard let error = error as? SettingsError, error.isDiagnostic else { return console.error("\(error)") }
    console.diagnostic(
      error.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  private func received(_ signal: CInt) {
    if signal != SIGINT { isInteractive = false }
    interrupt()
    if signal == Guardian.parentDied {
      interrupt()  // nobody is there to wait for a graceful end
    } else {
      lastSignal = signal
    }
  }

  private func interrupt() {
    isLeaving = true
    for service in services { service.supervisor?.handle(.interrupted) }
  }

  private func built(_ outcomes: [(BuildTarget, BuildOutcome)]) {
    buildReports = BuildReports()
    for (target, outcome) in outcomes {
      services.first { $0.target === target }?.supervisor?.handle(.built(outcome))
    }
    if failure != nil { return }
    if let duration = buildReports.failed {
      console.buildFailed(after: duration, serving: buildReports.serving)
    } else if let duration = buildReports.unchanged, !buildReports.isNew {
      console.sameProgram(after: duration, isFast: builder.wasFast)
    }
  }

  private func report(_ report: Report, of service: Service) {
    guard failure == nil else { return }
    if report.endsRound {
      busy.remove(ObjectIdentifier(service))
      if busy.isEmpty { watching?.roundEnded() }
    }
    if case .changed = report { return }  // told when it was found
    if case .building(first: true) = report { watching?.roundBegan() }
    if services.count > 1,
      buildReports.take(report, isFirst: service === services[0], service.project.service ?? "")
    {
      return
    }
    switch report {
    case .started: builder.showsSteps = false
    case .swapped(let swapped): service.runAfterSwap(swapped.generation, children: children)
    case .serving(let generation, _): service.runAfterSwap(generation, children: children)
    default: break
    }
    console.report(
      report, product: builder.name, isInteractive: isInteractive, isFast: builder.wasFast,
      prefix: report.isOfBuild ? "" : service.prefix)
  }

  private func tell(_ fact: Watching.Fact) {
    switch fact {
    case .watching(let count): console.detail("watching \(count) files")
    case .unchanged(let paths): console.unchanged(paths.map(project.shortened))
    case .held(let paths):
      console.held(paths.map(project.shortened), builds: LoopBreaker.limit, LoopBreaker.quiet)
    case .looping(let paths): console.looping(paths.map(project.shortened))
    case .noticed(let notice): console.warning("\(notice)")
    case .failed(let error): console.error("\(error)")
    }
  }

  /// Nothing to run: at the start that is a mistake in the command, later one in the manifest.
  private func unusable(_ reason: ProductSelectionFailure, isFirst: Bool) {
    guard isFirst else { return console.error("\(reason)") }
    failure = UsageFailure("\(reason)")
    interrupt()
  }
}

/// What one build means for several services.
private struct BuildReports {
  /// One of them has a new program, which was told.
  private(set) var isNew = false
  private(set) var unchanged: Duration?
  private(set) var failed: Duration?
  private(set) var serving: [(service: String, generation: Int)] = []

  /// Takes in what is told once for all; false for what is told now. How a build goes is told by the first of them.
  mutating func take(_ report: Report, isFirst: Bool, _ service: String) -> Bool {
    switch report {
    case .building, .stillBuilding, .buildSuperseded: return !isFirst
    case .built:
      defer { isNew = true }
      return isNew
    case .unchanged(let duration): unchanged = duration
    case .buildFailed(let duration, let generation):
      failed = duration
      if let generation { serving.append((service, generation)) }
    default: return false
    }
    return true
  }
}

extension Style {
  fileprivate init(_ settings: Settings, isTerminal: Bool) {
    self.init(
      wanted: settings.string(.color) ?? "auto", isTerminal: isTerminal, variable: CurrentProcess.variable)
  }
}
