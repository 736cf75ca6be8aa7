internal import FastPathPlan
internal import Posix
internal import Reporting
internal import SwiftPM

/// One build by the fast path. It compiles the changed sources and their users, and then links.
final class FastBuild {
  private let context: FastBuildContext
  private let run: FastJobs
  private let ended: (FastBuilder.Ending) -> Void
  private var running: [Compilation.Step: JobPool.Ticket] = [:]
  private var printed: [[String]] = []
  private var hasErrors = false
  private var isOver = false
  private let began = ContinuousClock.now

  init(_ context: FastBuildContext, jobs: FastJobs, ended: @escaping (FastBuilder.Ending) -> Void) {
    self.context = context
    run = jobs
    self.ended = ended
  }

  /// Starts the build. It ends in one call of `ended`, unless the jobs are killed.
  func start() { advance() }

  private func advance() {
    for step in context.compilation.takeUnwanted() { running.removeValue(forKey: step).map(run.pool.kill) }
    if !hasErrors {
      for step in context.compilation.next(processors: CurrentProcess.processors) { start(step) }
    }
    if !running.isEmpty { return }
    if hasErrors { return end(.failed(printed)) }
    guard context.compilation.isComplete else { return end(.fellBack("the order of the jobs is unknown")) }
    printed += context.compilation.confirmation.reused.map(\.printed)
    link()
  }

  private func start(_ step: Compilation.Step) {
    var outputs: [String: (object: String, dependencies: String)] = [:]
    let words: [String]
    switch step {
    case .emitModule(let module):
      words = context.jobs[module].emitModule(of: context.compilation.sources[module])
    case .compile(let batch):
      for source in batch.sources { outputs[source] = context.store.paths(for: source) }
      words = context.jobs[batch.module].compile(
        batch.sources, of: context.compilation.sources[batch.module]
      ) { outputs[$0] ?? ("", "") }
    }
    let start = ContinuousClock.now
    running[step] = run.one(words) { [self] ending, lines in
      running[step] = nil
      if isOver { return }
      do throws(FallbackReason) {
        try stepEnded(step, ending, lines, outputs, after: .now - start)
        advance()
      } catch {
        end(.fellBack(error.description))
      }
    }
  }

  private func stepEnded(
    _ step: Compilation.Step, _ ending: Job.Ending, _ lines: [String],
    _ outputs: [String: (object: String, dependencies: String)], after duration: Duration
  ) throws(FallbackReason) {
    guard ending == .succeeded else {
      if case .compile(let batch) = step, batch.isSpeculative { return context.compilation.cancelled(step) }
      printed.append(lines)
      guard ending == .failed(.exited(1)), lines.contains(where: { $0.contains(": error: ") }) else {
        throw FallbackReason("the compiler failed without an error in the source (\(ending))")
      }
      hasErrors = true
      return
    }
    printed.append(lines)
    switch step {
    case .emitModule(let module):
      context.compilation.emitted(module, hash: try context.readInterface(module))
    case .compile(let batch):
      context.compilation.took(duration / .seconds(1), for: batch)
      try compiled(batch, lines, outputs)
    }
  }

  private func compiled(
    _ batch: Compilation.Batch, _ lines: [String], _ outputs: [String: (object: String, dependencies: String)]
  ) throws(FallbackReason) {
    var results: [(Compilation.Object, SwiftDependencies)] = []
    for (source, paths) in outputs {
      let dependencies = try context.readDependencies(paths.dependencies)
      let object = Compilation.Object(
        source: source, text: context.compilation.text(of: source),
        compilerHash: context.compilation.compilerHash(of: batch),
        externals: context.externals.hash(of: dependencies),
        path: paths.object, dependencies: paths.dependencies, printed: diagnostics(in: lines, of: source))
      results.append((object, dependencies))
      context.keepReplaced(source)
    }
    context.compilation.succeeded(
      batch, results, remembered: context.store.remembered, read: context.readRemembered)
  }

  /// Returns the lines that belong to a source.
  private func diagnostics(in lines: [String], of source: String) -> [String] {
    var isOwn = false
    return lines.filter { line in
      // A note belongs to the diagnostic above it, whatever file it names.
      if BuildOutput.isHeader(line), !line.contains(": note: ") { isOwn = line.hasPrefix(source + ":") }
      return isOwn
    }
  }

  private func link() {
    let linkBegan = ContinuousClock.now
    do throws(FallbackReason) {
      try FastLink(context, jobs: run).start { [self] reason in
        if let reason { return end(.fellBack(reason.description, isFinal: true)) }
        let compilation = context.compilation
        end(
          .built(
            printed,
            FastBuildSummary(
              compiling: linkBegan - began, linking: .now - linkBegan,
              compiled: compilation.build.compiled.sorted(),
              reused: compilation.confirmation.reused.map(\.source).sorted()))
        )
      }
    } catch {
      end(.fellBack(error.description))
    }
  }

  private func end(_ ending: FastBuilder.Ending) {
    if isOver { return }
    isOver = true
    ended(ending)
  }
}
