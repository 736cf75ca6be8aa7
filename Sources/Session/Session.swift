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
  let builder: PackageBuilder
  var services = ServiceList() { didSet { nameServices() } }
  var resources: ServerResources
  private(set) lazy var supervisor = SupervisorLink(loop: loop)
  var end = SessionEnd()
  var saveDetector: SaveDetector?
  /// Decides what happens, and lets ``perform(_:)`` do it.
  lazy var driver = ReloadDriver(timings, loop: loop) { [unowned self] in perform($0) }
  let pages: BrowserPages
  let notifier: Notifier
  private(set) lazy var statusDisplay = StatusDisplay(console, loop: loop)
  private(set) lazy var metrics = SessionMetrics(loop: loop) { [unowned self] in status }
  /// Why the settings that were saved last are not in force; `nil` if they are.
  var settingsFailure: String?
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
      verbosity: Verbosity(settings), write: messages.write)
    if settings.flag(.times) { console.timeOfDay = { CurrentProcess.timeOfDay } }
    project = projects[0]
    builder = PackageBuilder(
      root: project.root, project.recipe, loop: loop, children: children, console: console)
    pages = BrowserPages(loop: loop, console: console)
    notifier = Notifier(console: console, children: children)
    (self.loop, self.console) = (loop, console)
    resources = ServerResources(loop: loop, children: children)
    services.current = projects.map(service)
    builder.targets = services.current.map(\.target)
    nameServices()  // an initializer does not call observers
  }

  /// Builds, serves and reloads until the user ends it. Returns the signal that ended it, or 0 for 'hotreload stop'. Throws
  /// ``UsageFailure`` for input that cannot be used, and errors of the system.
  package func run() throws -> CInt {
    supervisor?.handler = { [unowned self] in take($0) }  // created now, so that it watches the supervisor
    statusDisplay.shown = { [unowned self] isShown in
      console.showsStatus = isShown
      supervisor?.send(.row(isShown))
    }
    defer {
      statusDisplay.isWanted = false
      messages.flush()
    }
    let launches = try services.current.map { try $0.project.launch(warn: console.diagnosticOnce) }
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, Supervisor.parentDied])
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { received(signal) }
    }
    console.events = try eventStream(for: project)
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
      pages.close()
      control.close()
    }
    try assemble()
    for (service, launch) in zip(services.current, launches) { try open(service, launch) }
    useInput()
    useStatusLine()
    try control.start { [unowned self] in handle($0, from: $1) }
    driver.start()
    try loop.run()
    resources.children.endAll()
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

  func show(_ error: any Error) {
    guard let error = error as? SettingsError, error.isDiagnostic else { return console.error("\(error)") }
    console.diagnostic(
      error.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }
}
