internal import Building
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import SwiftPM
internal import Watching

// The events of the builder.
extension Session {
  func handle(_ event: BuilderEvent) {
    switch event {
    case .begins(let writesFiles): saveDetector?.buildBegan(writesFiles: writesFiles)
    case .described:
      saveDetector?.update(rules, project.watchOptions)
      warnOfPatterns()
    case .unusable(let reason, let isFirst): unusable(reason, isFirst: isFirst)
    case .ended(let outcomes, let comparison):
      saveDetector?.buildEnded(LoopBreaker.BuildResult(comparison))
      let ofServices = outcomes.compactMap { target, outcome in
        services.all.first { $0.target === target }.map { ($0.id, outcome) }
      }
      driver.handle(.built(Dictionary(uniqueKeysWithValues: ofServices)))
      countPending()
    }
  }

  /// Handles a package without a program to run. At the start that is a mistake in the command, and later one
  /// in the manifest.
  private func unusable(_ reason: ProductSelectionFailure, isFirst: Bool) {
    guard isFirst else { return console.error("\(reason)") }
    end.failure = UsageFailure("\(reason)")
    interrupt()
  }
}

extension LoopBreaker.BuildResult {
  fileprivate init(_ comparison: BuildComparison) {
    self =
      switch comparison {
      case .same: .same
      case .different: .different
      case .unknown: .unknown
      case .none: .none
      }
  }
}
