internal import Building
internal import FastPath
internal import Posix

/// Makes the interfaces of modules after the program runs, on processors that nobody else wants: debuggers read them, and
/// nothing else does until a source of another module is compiled, which makes its own first.
final class IdleInterfaces {
  private var run: FastJobs
  /// What a job that was ended still says is for nobody.
  private var round = 0

  /// With jobs that nothing else uses.
  init(_ jobs: FastJobs) { run = jobs }

  /// Makes those that are older than their sources.
  func make(_ prepared: Prepared, environment: [String]) {
    kill()
    run.environment = environment
    let round = round
    run.pool.whenIdle { [weak self] in
      if let self, round == self.round { makeNext(prepared) }
    }
  }

  /// Ends what runs.
  func kill() {
    round += 1
    run.pool.kill()
  }

  private func makeNext(_ prepared: Prepared) {
    guard let module = prepared.compilation.nextIdleInterface else { return }
    let round = round
    run.one(prepared.jobs[module].emitModule(of: prepared.compilation.sources[module]), isIdle: true) {
      [weak self] ending, _ in
      // A source that is broken, or was saved meanwhile: the next build tells.
      guard let self, round == self.round, ending == .succeeded, prepared.isUnchanged,
        let hash = try? prepared.readInterface(module)
      else { return }
      prepared.compilation.emitted(module, hash: hash)
      makeNext(prepared)
    }
  }
}
