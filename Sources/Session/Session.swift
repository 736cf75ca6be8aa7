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
  /// The services of the settings, in their order.
  var services: [Service] = []
  /// The services that were removed from the settings, until they have ended.
  var retired: [Service] = []
  /// Whether the user can type Ctrl-C.
  var isInteractive: Bool
  let isTerminal: Bool
  private(set) var isLeaving = false
  var failure: UsageFailure?
  private var lastSignal = SIGINT
  private lazy var supervisor = SupervisorLink(loop: loop)
  /// The sockets that hotreload was started with. Every server receives them.
  let inherited = InheritedSockets.take()
  /// The numbers of the services that serve; `nil` once the service manager has been told that all do.
  private var serving: Set<Int>? = []
  var saveDetector: SaveDetector?
  lazy var build = SharedBuild(builder, loop: loop) { [unowned self] in built($0) }
  private(set) var interposer = ""
  var lastService = 0
  let overlays = SharedOverlays()
  /// Whether settings were refused while a service was ending.
  var wasRefused = false
  /// The numbers of the services whose build cycle is not done.
  var busy: Set<Int> = []
  var buildReports = BuildReports()
  let selfWrites: SelfWrites
  let pages: BrowserPages
  private var events: EventStream?
  /// The warnings that were printed, each of which is printed once.
  private var told: Set<String> = []

  /// The project of the first service. Its settings that apply to all services are used.
  var project: Project

  /// Creates a session; nothing is started yet. Throws the errno of epoll_create1(2), or the error of the
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
      isVerbose: settings.flag(.verbose), write: messages.write)
    project = projects[0]
    builder = PackageBuilder(
      root: project.root, project.recipe, loop: loop, children: children, console: console)
    pages = BrowserPages(loop: loop, console: console)
    (self.loop, self.children, self.console) = (loop, children, console)
    selfWrites = SelfWrites(loop: loop)
    services = projects.map(service)
    builder.targets = services.map(\.target)
  }

  /// Builds, serves and reloads until the user ends it. Returns the signal that ended it. Throws
  /// ``UsageFailure`` for input that cannot be used, and errors of the system.
  package func run() throws -> CInt {
    _ = supervisor  // created now, so that it watches the supervisor
    defer { messages.flush() }
    let launches = try services.map { try $0.project.launch(warn: warn) }
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, Supervisor.parentDied])
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { received(signal) }
    }
    defer {
      for service in services + retired {
        service.close()
        service.target.discardAll()
      }
    }
    use(try eventStream(for: project))
    try assemble()
    for (service, launch) in zip(services, launches) { try prepare(service, launch) }
    for service in services { start(service) }
    try loop.run()
    children.endAll()
    console.recorded?(EventRecord("ended"))
    if let failure { throw failure }
    return lastSignal
  }

  private func assemble() throws {
    builder.described = { [unowned self] in
      saveDetector?.update(rules, project.watchOptions)
      warnOfPatterns()
    }
    builder.unusable = { [unowned self] in unusable($0, isFirst: $1) }
    let debouncer = Debouncer(
      quiet: project.settings.duration(.debounce), limit: project.settings.duration(.debounceLimit))
    saveDetector = try SaveDetector(
      rules, project.watchOptions, pollInterval: project.settings.duration(.pollInterval), debouncer,
      selfWrites, loop: loop
    ) { [unowned self] in
      handle($0)
    }
    saveDetector?.ownFile = events?.number
    builder.begins = { [unowned self] in saveDetector?.buildBegan(writesFiles: $0) }
    builder.concluded = { [unowned self] in saveDetector?.buildEnded(LoopBreaker.BuildResult($0)) }
    try pages.use(project)
    if project.buildCommand != nil { warnOfPatterns() }
    interposer = try Interposer.install()
  }

  /// Returns the event stream of the settings, which may be the current one; `nil` if they name none. Throws
  /// ``UsageFailure``.
  func eventStream(for project: Project) throws(UsageFailure) -> EventStream? {
    guard let path = project.settings.string(.events) else { return nil }
    if let events, events.path == path { return events }
    do throws(SystemError) { return try EventStream(path: path, project: project.root, loop: loop) } catch {
      throw UsageFailure("cannot write to \(path) ('console.events'): \(error.reason)")
    }
  }

  /// Writes events to this stream from now on, or to none.
  func use(_ events: EventStream?) {
    self.events = events
    console.recorded = events.map { events in
      { [unowned self] in
        events.write($0)
        saveDetector?.ownFile = events.number  // another one if the file was moved away
      }
    }
    saveDetector?.ownFile = events?.number
  }

  var rules: WatchRules {
    WatchRules(
      project, services.map(\.project), builder.sources, products: services.compactMap(\.target.product))
  }

  /// Updates the rules if the files that git tracks have changed. A newly tracked file may be in an ignored
  /// directory, which is not watched.
  private func lookUpTracking() {
    guard let saveDetector, saveDetector.rules.trackingHasChanged() else { return }
    saveDetector.update(rules, project.watchOptions)
    console.line("updated the files that git tracks")
  }

  private func handle(_ event: SaveEvent) {
    switch event {
    case .appeared(let changes): if !isLeaving, changes.isForBuildOnly { builder.speculate(changes.build) }
    case .saved(let changes): saved(changes)
    case .trackingMayHaveChanged: lookUpTracking()
    case .fact(let fact): tell(fact)
    }
  }

  private func saved(_ changes: ChangeSet) {
    if isLeaving { return }
    let built = builder.record(changes: changes.build)
    announce(built + changes.restart + changes.reload + (changes.haveSettings ? [project.settingsFile] : []))
    let restarted = changes.haveSettings ? readSettings() : []
    if changes.haveRules {
      saveDetector?.update(rules, project.watchOptions)
      console.line("updated the files that git ignores")
    }
    if !built.isEmpty { changed(built) }
    if !changes.reload.isEmpty { pages.saved(changes.reload) }
    if !changes.restart.isEmpty { restart(changes.restart, besides: restarted) }
  }

  /// Reports a batch of saves.
  private func announce(_ paths: [String]) {
    if paths.isEmpty { return }
    if project.settings.flag(.clear) { console.clear() }
    let deleted = paths.filter { !FileSystem.exists($0) }
    console.saved(paths.map(project.shortened), deleted: Set(deleted.map(project.shortened)))
  }

  func changed(_ paths: [String]) {
    cycleBegan(services.filter(\.isRunning))
    for service in services { service.driver?.handle(.changed(paths.map(project.shortened))) }
  }

  /// Restarts the services for which a save of `paths` is a reason. The `restarted` ones have read their
  /// environment together with their new settings.
  private func restart(_ paths: [String], besides restarted: [Service]) {
    let concerned = services.filter { service in
      guard paths.contains(where: service.project.restarts), !restarted.contains(where: { $0 === service })
      else { return false }
      do { try service.readEnvironment(warn: warn) } catch {
        show(error)
        return false
      }
      return true
    }
    cycleBegan(concerned)
    for service in concerned {
      service.driver?.handle(.restartWanted(paths.map(project.shortened)))
    }
  }

  /// Begins the build cycle of these services.
  func cycleBegan(_ services: [Service]) {
    if isLeaving || services.isEmpty { return }
    saveDetector?.cycleBegan()
    busy.formUnion(services.map(\.number))
  }

  /// Ends the build cycle of this service.
  func cycleEnded(_ service: Service) {
    busy.remove(service.number)
    if busy.isEmpty { saveDetector?.cycleEnded() }
  }

  func show(_ error: any Error) {
    guard let error = error as? SettingsError, error.isDiagnostic else { return console.error("\(error)") }
    console.diagnostic(
      error.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  /// Prints a warning about the settings, or about a file that they name, once.
  func warn(_ diagnostic: String) {
    guard told.insert(diagnostic).inserted else { return }
    console.diagnostic(diagnostic.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  private func received(_ signal: CInt) {
    if !isLeaving {
      supervisor?.keepSayingHeard()
      supervisor?.send(.notify("STOPPING=1"))
    }
    if signal != SIGINT { isInteractive = false }
    interrupt()
    if signal == Supervisor.parentDied {
      interrupt()  // nobody waits for a graceful end
    } else {
      lastSignal = signal
    }
  }

  /// Notes that a service listens or has sent `READY=1`. Once all services have, the service manager is told.
  func serves(_ service: Service) {
    serving?.insert(service.number)
    guard let serving, services.allSatisfy({ serving.contains($0.number) }) else { return }
    self.serving = nil
    supervisor?.send(.notify("READY=1"))
  }

  private func interrupt() {
    // The first signal does not hurry the services that are already ending.
    for service in isLeaving ? services + retired : services { service.driver?.handle(.interrupted) }
    isLeaving = true
    stopIfAllHaveLeft()
  }

  /// Handles a package without a program to run. At the start that is a mistake in the command, and later one
  /// in the manifest.
  private func unusable(_ reason: ProductSelectionFailure, isFirst: Bool) {
    guard isFirst else { return console.error("\(reason)") }
    failure = UsageFailure("\(reason)")
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
