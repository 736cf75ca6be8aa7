internal import Building
internal import Console
internal import FileWatching
internal import Glibc
internal import Handoff
internal import Posix
internal import Reloader
internal import Settings

/// One `hotreload run`: wires the watcher, the builder and the console to the ``Supervisor``.
package final class Session {
  private let invocation: Invocation
  private let console: Console
  private let loop: EventLoop
  private var project: Project
  /// Whether somebody can type Ctrl-C.
  private var isInteractive: Bool
  private let isTerminal: Bool
  /// Of the files that were saved last, those that are not there any more.
  private var deleted: Set<String> = []
  private var failure: UsageFailure?
  private var lastSignal = SIGINT

  private var children: Children?
  private var watching: Watching?
  private var builder: PackageBuilder?
  private var supervisor: Supervisor?

  /// Prepares a run; nothing is started yet. Throws the errno of `epoll_create1(2)`, and what is wrong with the
  /// project or its settings.
  package init(_ invocation: Invocation) throws {
    self.invocation = invocation
    project = try Project(invocation)
    try project.refuseDangerousRoots()
    isTerminal = standardError.isTerminal
    isInteractive = isTerminal
    loop = try EventLoop()
    console = Console(
      style: Style(project.settings, isTerminal: isTerminal), isTerminal: isTerminal,
      isVerbose: project.settings.flag(.verbose), write: standardError.write)
  }

  /// Builds, serves and reloads until the user ends it; returns the signal that did. Throws ``UsageFailure`` for input
  /// that nothing can be done with, and what the system refuses.
  package func run() throws -> CInt {
    let launch = try project.launch()
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, Guardian.parentDied])
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { received(signal) }
    }
    do { try assemble(launch) } catch let failure as ListenFailure {
      throw UsageFailure(bindFailure(failure.key, failure.error.code, of: "hotreload ('swap.listen')"))
    }
    try supervisor?.run()
    builder?.discardAll()
    if let failure { throw failure }
    return lastSignal
  }

  private func assemble(_ launch: Launch) throws {
    let children = try Children(loop: loop)
    self.children = children
    let builder = PackageBuilder(
      root: project.root, project.recipe,
      fast: FastBuilder(root: project.root, loop: loop, children: children),
      loop: loop, children: children, console: console
    ) { [unowned self] in
      watching?.update(rules, project.watchOptions)
    } unusable: { [unowned self] reason, isFirst in
      unusable(reason, isFirst: isFirst)
    } ended: { [unowned self] outcome in
      supervisor?.handle(.built(outcome))
    }
    self.builder = builder
    let debouncer = Debouncer(
      quiet: project.settings.duration(.debounce), limit: project.settings.duration(.debounceLimit))
    watching = try Watching(
      rules, project.watchOptions, pollInterval: project.settings.duration(.pollInterval), debouncer,
      loop: loop
    ) { [unowned self] in
      tell($0)
    } isTouchWanted: { [unowned self] in
      supervisor?.isTouchWanted == true
    } changed: { [unowned self] batch in
      saved(batch)
    }
    supervisor = try Supervisor(
      project: project.lockName, owner: CurrentProcess.parent, launch: launch, timing: project.timing,
      loop: loop, children: children, builder: builder, report: { [unowned self] in report($0) }
    ) { [unowned self] notice in
      switch notice {
      case .bindFailed(let key, let code): console.error(bindFailure(key, code))
      case .warning(let text): console.warning(text)
      case .status(let generation, let text): console.line("generation \(generation): \(text)")
      }
    }
  }

  private var rules: WatchRules {
    WatchRules(project, builder?.package, product: builder?.product ?? "")
  }

  private func saved(_ batch: [String]) {
    let saves = Saves(batch, by: watching?.rules ?? rules)
    let built = builder?.saves(in: saves.build) ?? []
    deleted = Set((built + saves.restart).filter { !FileSystem.exists($0) }.map(project.shortened))
    if saves.haveSettings { readSettings() }
    if saves.haveRules {
      watching?.update(rules, project.watchOptions)
      console.line("what git ignores has changed: that applies from now on")
    }
    if !saves.restart.isEmpty { readEnvironment() }
    if !built.isEmpty { supervisor?.handle(.changed(built.map(project.shortened))) }
    if !saves.restart.isEmpty { supervisor?.handle(.restartWanted(saves.restart.map(project.shortened))) }
  }

  /// Takes over changed settings; those that are wrong are reported, and nothing changes.
  private func readSettings() {
    let new: Project
    let launch: Launch
    do {
      new = try Project(invocation)
      try new.refuseDangerousRoots()
      launch = try new.launch()
    } catch {
      show(error)
      return console.line("the settings stay as they were")
    }
    do { try supervisor?.launch(launch) } catch {
      console.error(bindFailure(error.key, error.error.code, of: "hotreload ('swap.listen')"))
      return console.line("the settings stay as they were")
    }
    let old = project
    project = new
    console.style = Style(new.settings, isTerminal: isTerminal)
    console.isVerbose = new.settings.flag(.verbose)
    supervisor?.handle(.timing(new.timing))
    watching?.debouncer = Debouncer(
      quiet: new.settings.duration(.debounce), limit: new.settings.duration(.debounceLimit))
    watching?.pollInterval = new.settings.duration(.pollInterval)
    let file = project.shortened(new.settingsFile)
    if new.recipe != old.recipe {
      builder?.use(new.recipe)
      supervisor?.handle(.changed([file]))
    }
    if (try? old.launch()) != launch {
      supervisor?.handle(.restartWanted([file]))
    } else if new.recipe == old.recipe {
      console.line("the settings of \(file) apply from now on")
    }
    watching?.update(rules, project.watchOptions)
  }

  private func readEnvironment() {
    do { try supervisor?.launch(try project.launch()) } catch { show(error) }
  }

  private func show(_ error: any Error) {
    guard let error = error as? SettingsError, error.isDiagnostic else { return console.error("\(error)") }
    console.diagnostic(
      error.description.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  private func received(_ signal: CInt) {
    if signal != SIGINT { isInteractive = false }
    supervisor?.handle(.interrupted)
    if signal == Guardian.parentDied {
      supervisor?.handle(.interrupted)  // nobody is there to wait for a graceful end
    } else {
      lastSignal = signal
    }
  }

  private func report(_ report: Report) {
    guard failure == nil else { return }
    if report.endsRound { watching?.roundEnded() }
    switch report {
    case .building(first: true): watching?.roundBegan()
    case .changed(let paths):
      watching?.roundBegan()
      if project.settings.flag(.clear) { console.clear() }
      return console.saved(paths, deleted: deleted)
    case .started: builder?.showsSteps = false
    case .swapped(let swapped): runAfterSwap(swapped.generation)
    case .serving(let generation, _): runAfterSwap(generation)
    default: break
    }
    console.report(
      report, product: builder?.name ?? "", isInteractive: isInteractive, isFast: builder?.wasFast == true)
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

  private func runAfterSwap(_ generation: Int) {
    guard let line = project.settings.command(.afterSwap) else { return }
    let command = Command(
      line, environment: CurrentProcess.environment + ["HOTRELOAD_GENERATION=\(generation)"],
      directory: project.root)
    do throws(SystemError) {
      _ = try children?.start(command) { [console] status in
        if status != .exited(0) { console.warning("the command of 'swap.after' failed") }
      }
    } catch {
      console.warning("cannot run the command of 'swap.after': \(error.reason)")
    }
  }

  /// Nothing to run: at the start that is a mistake in the command, later one in the manifest.
  private func unusable(_ reason: ProductSelectionFailure, isFirst: Bool) {
    guard isFirst else { return console.error("\(reason)") }
    failure = UsageFailure("\(reason)")
    supervisor?.handle(.interrupted)
  }
}

extension Style {
  fileprivate init(_ settings: Settings, isTerminal: Bool) {
    self.init(
      wanted: settings.string(.color) ?? "auto", isTerminal: isTerminal, variable: CurrentProcess.variable)
  }
}
