internal import Building
package import Console
internal import FileWatching
internal import Glibc
internal import Handoff
internal import Interposer
internal import Posix
internal import Reloader

/// One `hotreload run`: wires the watcher, the builder, the servers and the console to the ``Reloader``, on one thread
/// and one loop.
package final class Session {
  private let options: RunOptions
  private let console: Console
  private let loop: EventLoop
  private var reloader: Reloader
  private var timers: [Deadline: EventLoop.Token] = [:]
  private var hasServed = false
  private var failure: UsageFailure?
  private var lastSignal: CInt = SIGINT

  private var watching: Watching?
  private var builder: PackageBuilder?
  private var servers: Servers?

  /// Prepares a run; nothing is started yet. Throws the errno of `epoll_create1(2)`.
  package init(_ options: RunOptions, style: Style, isTerminal: Bool) throws {
    self.options = options
    reloader = Reloader(timing: options.timing)
    loop = try EventLoop()
    final class Back { weak var session: Session? }
    let back = Back()
    console = Console(style: style, isTerminal: isTerminal) {
      back.session?.builder?.name ?? ""
    } write: {
      standardError.write($0)
    }
    back.session = self
  }

  /// Builds, serves and reloads until the user ends it; returns the signal that did. Throws ``UsageFailure`` for input
  /// that nothing can be done with, and what the system refuses.
  package func run() throws -> CInt {
    let root = try packageRoot(from: options.packagePath)
    let interposer = try Interposer.install()
    let directory = try RuntimeDirectory(project: root + (options.product.map { " \($0)" } ?? ""))
    defer { directory.remove() }
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP])
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in
      while let signal = signals.next() {
        lastSignal = signal
        handle(.interrupted)
      }
    }
    let children = try Children(loop: loop)
    let guardian = try Guard(directory: directory.path)
    try assemble(root, children, guardian, directory, interposer)
    perform(reloader.start(at: .now))
    try loop.run()
    builder?.discardAll()
    children.killOrphans()
    guardian.dismiss()
    if let failure { throw failure }
    return lastSignal
  }

  private func assemble(
    _ root: String, _ children: Children, _ guardian: Guard, _ directory: RuntimeDirectory, _ interposer: String
  ) throws {
    servers = try Servers(
      loop: loop, children: children, guardian: guardian, socketPath: directory.socketPath, interposer: interposer,
      arguments: options.arguments
    ) { [unowned self] number, event in
      handle(.generation(number, event))
    } bindFailed: { [unowned self] key, code in
      console.error(bindFailure(key, code))
    }
    watching = try Watching(WatchRules(root: root), loop: loop) { [unowned self] error in
      console.error("\(error)")
    } changed: { [unowned self] batch in
      let saves = builder?.saves(in: batch) ?? batch
      if !saves.isEmpty { handle(.changed(saves.map { shortened($0, root: root) })) }
    }
    builder = PackageBuilder(
      SwiftPM(root: root, configuration: options.configuration), product: options.product, loop: loop,
      children: children, console: console
    ) { [unowned self] package in
      watching?.update(WatchRules(package))
    } unusable: { [unowned self] reason in
      unusable(reason)
    } ended: { [unowned self] outcome in
      handle(.built(outcome))
    }
  }

  /// Nothing to run: at the start that is a mistake in the command, later one in the manifest.
  private func unusable(_ reason: ProductSelectionFailure) {
    if hasServed { return console.error("\(reason)") }
    failure = UsageFailure("\(reason)")
    handle(.interrupted)
  }

  private func handle(_ event: Event) { perform(reloader.handle(event, at: .now)) }

  private func perform(_ actions: [Action]) {
    for action in actions { perform(action) }
  }

  private func perform(_ action: Action) {
    switch action {
    case .startBuild: builder?.start()
    case .cancelBuild: builder?.cancel()
    case .killBuild: builder?.kill()
    case .start(let number, let artifact, let held):
      hasServed = true
      builder?.showsSteps = false
      servers?.start(number, artifact.path, named: builder?.programPath ?? artifact.path, held: held)
    case .pause(let number): servers?.pause(number, within: options.timing.handover)
    case .release(let number): servers?.release(number)
    case .retire(let number): servers?.retire(number)
    case .terminate(let number): servers?.terminate(number)
    case .kill(let number): servers?.kill(number)
    case .discard(let artifact): builder?.discard(artifact)
    case .set(let deadline, let delay):
      cancel(deadline)
      timers[deadline] = loop.after(delay) { [unowned self] in
        timers[deadline] = nil
        handle(.due(deadline))
      }
    case .cancel(let deadline): cancel(deadline)
    case .report(let report): if failure == nil { console.report(report) }
    case .leave: loop.stop()
    }
  }

  private func cancel(_ deadline: Deadline) { timers.removeValue(forKey: deadline).map(loop.forget) }
}

/// A path as the user would name it.
private func shortened(_ path: String, root: String) -> String {
  path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
}

/// Says who holds the address that a server wanted.
private func bindFailure(_ key: String, _ code: CInt) -> String {
  let address = key.split(separator: " ").dropFirst().first.map { $0.split(separator: "%")[0] } ?? ""
  let reason = SystemError("bind", code: code).reason
  guard code == EADDRINUSE, let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...]),
    let holder = PortHolder.find(port: port)
  else { return "the server cannot listen on \(address): \(reason)" }
  return """
    the server cannot listen on \(address): \(reason), by process \(holder.pid) (\(holder.command)); \
    end that one, or let the server listen elsewhere
    """
}
