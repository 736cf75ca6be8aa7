internal import FastPathPlan
internal import Posix

/// Makes the files that only debuggers and later builds need, after the program runs and on processors that
/// are otherwise idle: the pieces for the next link, and the interfaces of modules. A build that compiles a
/// source of another module makes the interface first, so only debuggers read an old one.
final class IdleInterfaces {
  private var run: FastJobs
  /// The number of calls of ``kill()``. Results with an older number are ignored.
  private var attempt = 0

  /// Creates a maker with jobs that nothing else uses.
  init(_ jobs: FastJobs) { run = jobs }

  /// Makes the files that are older than their sources.
  func make(_ context: FastBuildContext, environment: [String]) {
    kill()
    run.environment = environment
    let attempt = attempt
    run.pool.whenIdle { [weak self] in
      if let self, attempt == self.attempt { prepareLink(context) }
    }
  }

  /// Kills all jobs.
  func kill() {
    attempt += 1
    run.pool.kill()
  }

  /// Prepares the next link. This comes first, because it takes the least time.
  private func prepareLink(_ context: FastBuildContext) {
    let attempt = attempt
    let next = { [weak self] in
      if let self, attempt == self.attempt { makeNext(context) }
    }
    do throws(FallbackReason) {
      try context.interfaces.prepare(changed: [])
      try FastLink(context, jobs: run).preparePieces(ended: next)
    } catch {
      next()
    }
  }

  private func makeNext(_ context: FastBuildContext) {
    guard let module = context.compilation.nextIdleInterface else { return wrapNext(context) }
    let words = context.jobs[module].emitModule(of: context.compilation.sources[module])
    start(words) { [self] in
      // A source with errors, or one that was saved meanwhile, is handled by the next build.
      guard context.isUnchanged, let hash = try? context.readInterface(module) else { return }
      context.compilation.emitted(module, hash: hash)
      makeNext(context)
    }
  }

  /// Makes the next interface that debuggers lack.
  private func wrapNext(_ context: FastBuildContext) {
    let changed = context.compilation.unknownToDebuggers
    if let (module, words) = context.interfaces.nextAsBuilt(changed: changed) {
      return start(words) { [self] in
        context.interfaces.finish(module)
        wrapNext(context)
      }
    }
    guard let module = context.compilation.interfaces.unwrapped.min() else { return }
    let overlay = context.overlay
    let wrapped = overlay.wrapped(context.program.plan.modules[module])
    guard let words = context.interfaces.command(module, wrapped: wrapped) else {
      context.compilation.wrapped(module)
      return wrapNext(context)
    }
    start(context.jobs[module].wrap(context.program.plan.modules[module], overlay)) { [self] in
      start(words) { [self] in
        context.interfaces.finish(module)
        context.compilation.wrapped(module)
        wrapNext(context)
      }
    }
  }

  /// Runs a command. `succeeded` is called if it succeeds and was not killed meanwhile.
  private func start(_ words: [String], succeeded: @escaping () -> Void) {
    let attempt = attempt
    run.one(words, isIdle: true) { [weak self] ending, _ in
      if let self, attempt == self.attempt, ending == .succeeded { succeeded() }
    }
  }
}
