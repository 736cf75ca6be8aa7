internal import FastPathRun
internal import Posix
internal import Reloader
internal import Reporting
internal import Settings
internal import SwiftPM

// The end of a build.
extension PackageBuilder {
  func finishBuild() {
    runHook(.afterBuild, recipe.after) { [unowned self] in
      targets.contains(where: \.isUnplaced) ? findPrograms() : keep()
    }
  }

  /// Keeps the program of each target. `fast` are the targets that the fast path has built; `nil` after
  /// another build. A target for which the fast path had nothing to do keeps its newest program.
  func keep(fast: [BuildTarget]? = nil) {
    defer { for maker in fast ?? [] { maker.discardLinkOutput() } }
    do throws(SystemError) {
      var artifacts: [Artifact] = []
      for target in current.targets {
        let maker = fast?.first { $0.path == target.path }
        if fast != nil, maker == nil, let newest = target.newest {
          artifacts.append(newest)
        } else {
          artifacts.append(try target.keep(madeBy: maker, root: jobs.root))
        }
      }
      finish(.succeeded, artifacts)
    } catch {
      console.error("cannot keep a copy of the built program: \(error)")
      finish(.failed)
    }
  }

  /// Returns whether the build compiled only some of the sources while declarations may have changed.
  private func isDoubtful(_ built: [BuildTarget]) -> Bool {
    if method.isFast { return built.contains { $0.fast.hasChangedDeclarations } }
    return recipe.command == nil && !current.isClean && saved.haveBeenBuilt
  }

  /// The end of a build.
  enum Ending {
    case succeeded, failed, cancelled
  }

  /// Ends the build. `artifacts` are the programs of its targets.
  func finish(_ ending: Ending, _ artifacts: [Artifact] = []) {
    phase = .idle
    plan.buildEnded(succeeded: ending == .succeeded, cancelled: ending == .cancelled)
    for target in targets { target.fast.buildEnded(succeeded: ending == .succeeded) }
    let targets = current.targets
    switch ending {
    case .succeeded:
      let isDoubtful = self.isDoubtful(targets)
      saved.built()
      let (isFast, started) = (method.isFast, current.started)
      let outcomes = artifacts.map { isDoubtful ? BuildOutcome.doubtful($0) : .succeeded($0) }
      handler(.ended(Array(zip(targets, outcomes)), current.comparison(artifacts)))
      if !isFast { prepareFast(builtSince: started) }  // after the swap has begun
    case .failed:
      if package.description == nil, recipe.command == nil, !sources.isBroken {
        package.sources.isBroken = true
        handler(.described)
      }
      handler(.ended(targets.map { ($0, .failed) }, .none))
    case .cancelled: handler(.ended(targets.map { ($0, .cancelled) }, .none))
    }
  }
}
