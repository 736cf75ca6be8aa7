internal import Building
package import Console
internal import FileWatching
internal import Glibc
internal import Posix
internal import Reloader

/// One `hotreload run`: wires the watcher, the builder and the console to the ``Supervisor``.
package final class Session {
  private let options: RunOptions
  private let console: Console
  private let loop: EventLoop
  /// Whether somebody can type Ctrl-C.
  private var isInteractive: Bool
  /// Of the files that were saved last, those that are not there any more.
  private var deleted: Set<String> = []
  private var failure: UsageFailure?
  private var lastSignal = SIGINT

  private var watching: Watching?
  private var builder: PackageBuilder?
  private var supervisor: Supervisor?

  /// Prepares a run; nothing is started yet. Throws the errno of `epoll_create1(2)`.
  package init(_ options: RunOptions, style: Style, isTerminal: Bool) throws {
    self.options = options
    isInteractive = isTerminal
    loop = try EventLoop()
    console = Console(style: style, isTerminal: isTerminal, write: standardError.write)
  }

  /// Builds, serves and reloads until the user ends it; returns the signal that did. Throws ``UsageFailure`` for input
  /// that nothing can be done with, and what the system refuses.
  package func run() throws -> CInt {
    let root = try packageRoot(from: options.packagePath)
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, Guardian.parentDied])
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() { received(signal) }
    }
    try assemble(root)
    try supervisor?.run()
    builder?.discardAll()
    if let failure { throw failure }
    return lastSignal
  }

  private func assemble(_ root: String) throws {
    let children = try Children(loop: loop)
    let builder = PackageBuilder(
      SwiftPM(root: root, configuration: options.configuration), product: options.product, loop: loop,
      children: children, console: console
    ) { [unowned self] package, product in
      watching?.update(WatchRules(package, product: product))
    } unusable: { [unowned self] reason, isFirst in
      unusable(reason, isFirst: isFirst)
    } ended: { [unowned self] outcome in
      supervisor?.handle(.built(outcome))
    }
    self.builder = builder
    watching = try Watching(WatchRules(root: root), loop: loop) { [unowned self] error in
      console.error("\(error)")
    } changed: { [unowned self] batch in
      let saves = builder.saves(in: batch)
      deleted = Set(saves.filter { !FileSystem.exists($0) }.map { shortened($0, root: root) })
      if !saves.isEmpty { supervisor?.handle(.changed(saves.map { shortened($0, root: root) })) }
    }
    supervisor = try Supervisor(
      project: root + (options.product.map { " \($0)" } ?? ""), owner: CurrentProcess.parent,
      arguments: options.arguments,
      timing: options.timing,
      loop: loop, children: children, builder: builder, report: { [unowned self] in report($0) }
    ) { [unowned self] key, code in
      console.error(bindFailure(key, code))
    } warn: { [unowned self] in
      console.warning($0)
    }
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
    switch report {
    case .changed(let paths): return console.saved(paths, deleted: deleted)
    case .started: builder?.showsSteps = false
    default: break
    }
    console.report(report, product: builder?.name ?? "", isInteractive: isInteractive)
  }

  /// Nothing to run: at the start that is a mistake in the command, later one in the manifest.
  private func unusable(_ reason: ProductSelectionFailure, isFirst: Bool) {
    guard isFirst else { return console.error("\(reason)") }
    failure = UsageFailure("\(reason)")
    supervisor?.handle(.interrupted)
  }
}

/// A path as the user would name it.
private func shortened(_ path: String, root: String) -> String {
  path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
}
