internal import FastPathPlan
internal import Posix

/// Makes the files that only debuggers and later builds need, after the program runs and on processors that
/// are otherwise idle: the pieces for the next link, and the interfaces of modules. A build that compiles a
/// source of another module makes the interface first, so only debuggers read an old one.
final class IdleInterfaces {
  private var run: FastJobs
  /// The number of calls of ``kill()``. Results with an older number are ignored.
  private var round = 0

  /// Creates a maker with jobs that nothing else uses.
  init(_ jobs: FastJobs) { run = jobs }

  /// Makes the files that are older than their sources.
  func make(_ prepared: Prepared, environment: [String]) {
    kill()
    run.environment = environment
    let round = round
    run.pool.whenIdle { [weak self] in
      if let self, round == self.round { prepareLink(prepared) }
    }
  }

  /// Kills all jobs.
  func kill() {
    round += 1
    run.pool.kill()
  }

  /// Prepares the next link. This comes first, because it takes the least time.
  private func prepareLink(_ prepared: Prepared) {
    let round = round
    let next = { [weak self] in
      if let self, round == self.round { makeNext(prepared) }
    }
    do throws(Decline) {
      try prepared.interfaces.prepare(changed: [])
      try FastLink(prepared, jobs: run).preparePieces(ended: next)
    } catch {
      next()
    }
  }

  private func makeNext(_ prepared: Prepared) {
    guard let module = prepared.compilation.nextIdleInterface else { return wrapNext(prepared) }
    let words = prepared.jobs[module].emitModule(of: prepared.compilation.sources[module])
    start(words) { [self] in
      // A source with errors, or one that was saved meanwhile, is handled by the next build.
      guard prepared.isUnchanged, let hash = try? prepared.readInterface(module) else { return }
      prepared.compilation.emitted(module, hash: hash)
      makeNext(prepared)
    }
  }

  /// Makes the next interface that debuggers lack.
  private func wrapNext(_ prepared: Prepared) {
    let changed = prepared.compilation.unknownToDebuggers
    if let (module, words) = prepared.interfaces.nextAsBuilt(changed: changed) {
      return start(words) { [self] in
        prepared.interfaces.finish(module)
        wrapNext(prepared)
      }
    }
    guard let module = prepared.compilation.unwrapped.min() else { return }
    let overlay = prepared.overlay
    let wrapped = overlay.wrapped(prepared.plan.modules[module])
    guard let words = prepared.interfaces.command(module, wrapped: wrapped) else {
      prepared.compilation.wrapped(module)
      return wrapNext(prepared)
    }
    start(prepared.jobs[module].wrap(prepared.plan.modules[module], overlay)) { [self] in
      start(words) { [self] in
        prepared.interfaces.finish(module)
        prepared.compilation.wrapped(module)
        wrapNext(prepared)
      }
    }
  }

  /// Runs a command. `succeeded` is called if it succeeds and was not killed meanwhile.
  private func start(_ words: [String], succeeded: @escaping () -> Void) {
    let round = round
    run.one(words, isIdle: true) { [weak self] ending, _ in
      if let self, round == self.round, ending == .succeeded { succeeded() }
    }
  }
}
