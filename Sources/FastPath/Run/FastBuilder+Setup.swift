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
    program: String, output: String, builtSince start: Int64, whenEnded: @escaping (Decline?) -> Void
  ) {
    let round = round
    do throws(Decline) {
      try takeLock(scratch: PlannedProgram.scratch(of: program))
      let prepared = try Prepared(program: program, root: jobs.root, builtSince: start, overlays: overlays)
      if let givenUp, givenUp.plan == prepared.plan { throw givenUp.reason }
      Preparation(prepared, jobs: jobs) { [unowned self] decline in
        guard round == self.round else { return }
        finish(prepared, decline, whenEnded)
      }.start(output: output)
    } catch {
      invalidate(error.description)
      whenEnded(error)
    }
  }

  private func finish(_ prepared: Prepared, _ decline: Decline?, _ whenEnded: (Decline?) -> Void) {
    lock = nil
    guard case .preparing(let waiting) = state else { return }
    if let decline {
      state = .unprepared(decline.description)
    } else {
      prepared.library.map { _ = overlays.libraries.insert($0) }
      DependencyLibrary.removeAll(in: prepared.overlay.directory, but: overlays.libraries)
      overlays.remove(prepared.abandonedOverlays)
      state = .ready(prepared)
    }
    whenEnded(decline)
    if let waiting {
      waiting(decline?.description)
    } else if decline == nil {
      interfaces.make(prepared, environment: environment)
    }
  }
}
