internal import FastPathPlan
internal import Posix
internal import Reporting
internal import SwiftPM

/// One build by the fast path. It compiles the changed sources and their users, and then links.
final class FastBuild {
  private let prepared: Prepared
  private let run: FastJobs
  private let ended: (FastBuilder.Ending) -> Void
  private var running: [Compilation.Step: JobPool.Ticket] = [:]
  private var printed: [[String]] = []
  private var hasErrors = false
  private var isOver = false
  private let began = ContinuousClock.now

  init(_ prepared: Prepared, jobs: FastJobs, ended: @escaping (FastBuilder.Ending) -> Void) {
    self.prepared = prepared
    run = jobs
    self.ended = ended
  }

  /// Starts the build. It ends in one call of `ended`, unless the jobs are killed.
  func start() { advance() }

  private func advance() {
    for step in prepared.compilation.takeUnwanted() { running.removeValue(forKey: step).map(run.pool.kill) }
    if !hasErrors {
      for step in prepared.compilation.next(processors: CurrentProcess.processors) { start(step) }
    }
    if !running.isEmpty { return }
    if hasErrors { return end(.failed(printed)) }
    guard prepared.compilation.isComplete else { return end(.declined("the order of the jobs is unknown")) }
    printed += prepared.compilation.recalled.map(\.printed)
    link()
  }

  private func start(_ step: Compilation.Step) {
    var outputs: [String: (object: String, dependencies: String)] = [:]
    let words: [String]
    switch step {
    case .emitModule(let module):
      words = prepared.jobs[module].emitModule(of: prepared.compilation.sources[module])
    case .compile(let batch):
      for source in batch.sources { outputs[source] = prepared.store.paths(for: source) }
      words = prepared.jobs[batch.module].compile(
        batch.sources, of: prepared.compilation.sources[batch.module]
      ) { outputs[$0] ?? ("", "") }
    }
    let start = ContinuousClock.now
    running[step] = run.one(words) { [self] ending, lines in
      running[step] = nil
      if isOver { return }
      do throws(Decline) {
        try stepEnded(step, ending, lines, outputs, after: .now - start)
        advance()
      } catch {
        end(.declined(error.description))
      }
    }
  }

  private func stepEnded(
    _ step: Compilation.Step, _ ending: Job.Ending, _ lines: [String],
    _ outputs: [String: (object: String, dependencies: String)], after duration: Duration
  ) throws(Decline) {
    guard ending == .succeeded else {
      if case .compile(let batch) = step, batch.isSpeculative { return prepared.compilation.abandoned(step) }
      printed.append(lines)
      guard ending == .failed(.exited(1)), lines.contains(where: { $0.contains(": error: ") }) else {
        throw Decline("the compiler failed without an error in the source (\(ending))")
      }
      hasErrors = true
      return
    }
    printed.append(lines)
    switch step {
    case .emitModule(let module):
      prepared.compilation.emitted(module, hash: try prepared.readInterface(module))
    case .compile(let batch):
      prepared.compilation.took(duration / .seconds(1), for: batch)
      try compiled(batch, lines, outputs)
    }
  }

  private func compiled(
    _ batch: Compilation.Batch, _ lines: [String], _ outputs: [String: (object: String, dependencies: String)]
  ) throws(Decline) {
    var results: [(Compilation.Object, SwiftDependencies)] = []
    for (source, paths) in outputs {
      let dependencies = try prepared.readDependencies(paths.dependencies)
      let object = Compilation.Object(
        source: source, text: prepared.compilation.text(of: source),
        world: prepared.compilation.world(of: batch), externals: prepared.externals.hash(of: dependencies),
        path: paths.object, dependencies: paths.dependencies, printed: diagnostics(in: lines, of: source))
      results.append((object, dependencies))
      prepared.keepReplaced(source)
    }
    prepared.compilation.succeeded(
      batch, results, remembered: prepared.store.remembered, read: prepared.readRemembered)
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
    do throws(Decline) {
      try FastLink(prepared, jobs: run).start { [self] decline in
        if let decline { return end(.declined(decline.description, isFinal: true)) }
        let compilation = prepared.compilation
        end(
          .built(
            printed,
            FastBuildSummary(
              compiling: linkBegan - began, linking: .now - linkBegan,
              compiled: compilation.compiled.sorted(), recalled: compilation.recalled.map(\.source).sorted()))
        )
      }
    } catch {
      end(.declined(error.description))
    }
  }

  private func end(_ ending: FastBuilder.Ending) {
    if isOver { return }
    isOver = true
    ended(ending)
  }
}
