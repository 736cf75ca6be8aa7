package import FastPathPlan
internal import Posix

// The preparation of the fast path after a `swift build`. Builds that are requested meanwhile wait for it.

extension FastBuilder {
  /// Whether builds wait for the end of the preparation.
  package var isPreparing: Bool { if case .preparing = state { true } else { false } }

  /// Notes that the preparation follows. Builds that are requested before wait for it.
  package func awaitPreparation() {
    invalidate("the fast path is being prepared again")
    state = .preparing(waiting: nil)
  }

  /// Prepares the fast path after a `swift build` that began at `start` and made `program`. Fast builds will
  /// write their program to `output`. `whenEnded` is called with the reason if the fast path cannot be used.
  package func prepare(
    program: String, output: String, builtSince start: Int64, whenEnded: @escaping (FallbackReason?) -> Void
  ) {
    let attempt = attempt
    do throws(FallbackReason) {
      try takeLock(scratch: PlannedProgram.scratch(of: program))
      let context = try FastBuildContext(
        program: program, root: jobs.root, builtSince: start, overlays: overlays)
      if let givenUp, givenUp.plan == context.program.plan { throw givenUp.reason }
      FastBuildSetup(context, jobs: jobs) { [unowned self] reason in
        guard attempt == self.attempt else { return }
        finish(context, reason, whenEnded)
      }.start(output: output)
    } catch {
      invalidate(error.description)
      whenEnded(error)
    }
  }

  private func finish(
    _ context: FastBuildContext, _ reason: FallbackReason?, _ whenEnded: (FallbackReason?) -> Void
  ) {
    lock = nil
    guard case .preparing(let waiting) = state else { return }
    if let reason {
      state = .unprepared(reason.description)
    } else {
      context.linking.library.map { _ = overlays.libraries.insert($0) }
      DependencyLibrary.removeAll(in: context.overlay.directory, but: overlays.libraries)
      overlays.remove(context.abandonedOverlays)
      state = .ready(context)
    }
    whenEnded(reason)
    if let waiting {
      waiting(reason?.description)
    } else if reason == nil {
      interfaces.make(context, environment: environment)
    }
  }
}
