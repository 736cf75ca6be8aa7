internal import Building
internal import FastPathRun
internal import FileWatching
internal import Glibc
internal import Handoff
internal import Interposer
internal import Posix
package import Project
internal import Reloader
internal import Reporting
internal import SelfWrites
internal import Serving
internal import Settings
internal import SwiftPM
internal import Watching

/// One `hotreload run`: connects the watcher, the builder and the console to the services.
package final class Session {
  let invocation: Invocation
  let console: Console
  let loop: EventLoop
  let children: Children
  let builder: PackageBuilder
  var services = ServiceList() { didSet { nameServices() } }
  var resources: ServerResources
  private(set) lazy var supervisor = SupervisorLink(loop: loop)
  private(set) var end = SessionEnd()
  var saveDetector: SaveDetector?
  /// Decides what happens, and lets ``perform(_:)`` do it.
  lazy var driver = ReloadDriver(timings, loop: loop) { [unowned self] in perform($0) }
  let pages: BrowserPages
  private(set) lazy var metrics = SessionMetrics(loop: loop) { [unowned self] in status }
  /// The socket for commands; `nil` before the session runs.
  private(set) var control: SessionControl?

  /// The project of the first service. Its settings that apply to all services are used.
  var project: Project

  /// Creates a session; nothing is started yet. Throws the errno of epoll_create1(2), or the error of the
  /// project or its settings.
  package init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let projects = try Project(invocation).services()
    for project in projects { try project.refuseDangerousRoots() }
    let settings = projects[0].settings
    let isTerminal = standardError.isTerminal
    let loop = try EventLoop()
    let children = try Children(loop: loop)
    let console = Console(
      style: Style(settings, isTerminal: isTerminal), isTerminal: isTerminal,
      isVerbose: settings.flag(.verbose), write: messages.write)
    project = projects[0]
    builder = PackageBuilder(
      root: project.root, project.recipe, loop: loop, children: children, console: console)
    pages = BrowserPages(loop: loop, console: console)
    (self.loop, self.children, self.console) = (loop, children, console)
    resources = ServerResources(loop: loop)
    services.current = projects.map(service)
    builder.targets = services.current.map(\.target)
    nameServices()  // an initializer does not call observers
  }

  /// Builds, serves and reloads until the user ends it. Returns the signal that ended it, or 0 for 'hotreload stop'. Throws
  /// ``UsageFailure`` for input that cannot be used, and errors of the system.
  package func run() throws -> CInt {
    _ = supervisor  // created now, so that it watches the supervisor
    defer { messages.flush() }
    let launches = try services.current.map { try $0.project.launch(warn: console.diagnosticOnce) }
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, Supervisor.parentDied])
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { received(signal) }
    }
    let control = try SessionControl(project, isPart: services.current.count == 1, loop: loop) {
      [unowned self] in
      settledReply
    }
    self.control = control
    console.observer = { [unowned control, metrics] in
      control.record($0)
      metrics.record($0)
    }
    defer {
      for service in services.all {
        service.close()
        service.target.discardAll()
      }
      metrics.close()
      control.close()
    }
    console.events = try eventStream(for: project)
    try assemble()
    for (service, launch) in zip(services.current, launches) { try open(service, launch) }
    try control.start { [unowned self] in handle($0, from: $1) }
    driver.start()
    try loop.run()
    children.endAll()
    console.record(EventRecord("ended"))
    if let failure = end.failure { throw failure }
    return end.signal
  }

  private func assemble() throws {
    builder.handler = { [unowned self] in handle($0) }
    let debouncer = Debouncer(
      quiet: project.settings.duration(.debounce), limit: project.settings.duration(.debounceLimit))
    saveDetector = try SaveDetector(
      rules, project.watchOptions, pollInterval: project.settings.duration(.pollInterval), debouncer,
      resources.selfWrites, loop: loop
    ) { [unowned self] in
      handle($0)
    }
    tellOwnFile()
    try pages.use(project)
    try metrics.use(project)
    if project.buildCommand != nil { warnOfPatterns() }
    try resources.installInterposer()
  }

  /// Returns the event stream of the settings, which may be the current one; `nil` if they name none. Throws
  /// ``UsageFailure``.
  func eventStream(for project: Project) throws(UsageFailure) -> EventStream? {
    guard let path = project.settings.string(.events) else { return nil }
    if let events = console.events, events.path == path { return events }
    do throws(SystemError) { return try EventStream(path: path, project: project.root, loop: loop) } catch {
      throw UsageFailure("cannot write to \(path) ('console.events'): \(error.reason)")
    }
  }

  /// Tells the detector which file hotreload writes itself.
  func tellOwnFile() {
    saveDetector?.ownFile = console.events?.number
    console.events?.renumbered = { [unowned self] in tellOwnFile() }
  }

  var rules: WatchRules {
    WatchRules(
      project, services.current.map(\.project), builder.sources,
      products: services.current.compactMap(\.target.product))
  }

  /// Updates the rules if the files that git tracks have changed. A newly tracked file may be in an ignored
  /// directory, which is not watched.
  private func lookUpTracking() {
    guard let saveDetector, saveDetector.rules.trackingHasChanged() else { return }
    saveDetector.update(rules, project.watchOptions)
    console.line("updated the files that git tracks")
  }

  private func handle(_ event: BuilderEvent) {
    switch event {
    case .begins(let writesFiles): saveDetector?.buildBegan(writesFiles: writesFiles)
    case .described:
      saveDetector?.update(rules, project.watchOptions)
      warnOfPatterns()
    case .unusable(let reason, let isFirst): unusable(reason, isFirst: isFirst)
    case .ended(let outcomes, let comparison):
      saveDetector?.buildEnded(LoopBreaker.BuildResult(comparison))
      let ofServices = outcomes.compactMap { target, outcome in
        services.all.first { $0.target === target }.map { ($0.id, outcome) }
      }
      driver.handle(.built(Dictionary(uniqueKeysWithValues: ofServices)))
    }
  }

  private func handle(_ event: SaveEvent) {
    switch event {
    case .appeared(let changes): if changes.isForBuildOnly { driver.handle(.appeared(changes.build)) }
    case .saved(let changes): saved(changes)
    case .trackingMayHaveChanged: lookUpTracking()
    case .fact(let fact): tell(fact)
    }
  }

  private func saved(_ changes: ChangeSet) {
    if end.hasBegun { return }
    let built = builder.record(changes: changes.build)
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

  func show(_ error: any Error) {
    guard let error = error as? SettingsError, error.isDiagnostic else { return console.error("\(error)") }
    console.diagnostic(
      error.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  private func received(_ signal: CInt) {
    if signal != SIGINT { console.isInteractive = false }
    if signal == Supervisor.parentDied {
      leave(with: end.signal)
      interrupt()  // nobody waits for a graceful end
    } else {
      leave(with: signal)
    }
  }

  /// Ends everything, or kills it if it is being ended. The session then ends by this signal, or with exit code 0 if that
  /// is 0.
  func leave(with signal: CInt) {
    if !end.hasBegun {
      supervisor?.keepSayingHeard()
      supervisor?.send(.notify("STOPPING=1"))
    }
    end.signal = signal
    interrupt()
  }

  private func interrupt() {
    end.hasBegun = true
    driver.handle(.interrupted)
  }

  /// Handles a package without a program to run. At the start that is a mistake in the command, and later one
  /// in the manifest.
  private func unusable(_ reason: ProductSelectionFailure, isFirst: Bool) {
    guard isFirst else { return console.error("\(reason)") }
    end.failure = UsageFailure("\(reason)")
    interrupt()
  }
}

extension LoopBreaker.BuildResult {
  fileprivate init(_ comparison: BuildComparison) {
    self =
      switch comparison {
      case .same: .same
      case .different: .different
      case .unknown: .unknown
      case .none: .none
      }
  }
}
