package import FastPathPlan
internal import Posix

// Gets ready after a `swift build`. Builds that are wanted meanwhile wait.

extension FastBuilder {
  /// Whether builds wait for the end of the preparation.
  package var isPreparing: Bool { if case .preparing = state { true } else { false } }

  /// It will be prepared: builds that are wanted before wait for that.
  package func awaitPreparation() {
    invalidate("it is prepared anew")
    state = .preparing(waiting: nil)
  }

  /// Gets ready after a `swift build` that began at `start` and made `program`; builds will make `output`. `whenEnded`
  /// gets why it cannot.
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
