internal import FastPathPlan
package import Posix
package import Reporting

/// Builds by the fast path: prepares it after a `swift build`, and then compiles and links what a save changed.
package final class FastBuilder {
  /// How a build ended.
  package enum Ending {
    /// With a program, and what the jobs printed.
    case built([[String]], FastBuildSummary)
    /// With errors of the compiler: what the jobs printed.
    case failed([[String]])
    /// It is for `swift build`, for this reason; `isFinal`: which will be there the next time too.
    case declined(String, isFinal: Bool = false)
  }

  /// A build that has begun before it was asked for.
  private final class Early {
    var ending: Ending?
    /// Set when it is asked for.
    var whenEnded: ((Ending) -> Void)?
  }

  enum State {
    case unprepared(String)
    /// With the build that waits for it.
    case preparing(waiting: ((String?) -> Void)?)
    case ready(Prepared)
  }

  var jobs: FastJobs
  /// Of the jobs: that of SwiftPM.
  package var environment: [String] {
    get { jobs.environment }
    set {
      if newValue != jobs.environment { givenUp = nil }
      jobs.environment = newValue
    }
  }
  var state = State.unprepared("there is no build to start from")
  var lock: SharedOverlays.SwiftPMLockHolder?
  private var early: Early?
  let interfaces: IdleInterfaces
  /// Counts preparations and builds: what an abandoned one still says is for nobody.
  var round = 0
  /// The plan that was followed and led to nothing, and why.
  var givenUp: (plan: Plan, reason: Decline)?
  /// The plan that leads to nothing, if `swift build` makes the program.
  private var suspected: (plan: Plan, reason: Decline)?
  let overlays: SharedOverlays

  /// For the package at `root`.
  package init(root: String, overlays: SharedOverlays, loop: EventLoop, children: Children) {
    self.overlays = overlays
    jobs = FastJobs(
      root: root, pool: JobPool(limit: CurrentProcess.processors, loop: loop, children: children))
    interfaces = IdleInterfaces(
      FastJobs(root: root, pool: JobPool(limit: 1, loop: loop, children: children)))
  }

  /// Whether the program is made of a file; `nil` while nothing is prepared.
  package func reads(_ path: String) -> Bool? {
    if case .ready(let prepared) = state { prepared.reads(path) } else { nil }
  }

  /// Whether the last build saw declarations that had changed.
  package var hasChangedDeclarations: Bool {
    if case .ready(let prepared) = state { prepared.compilation.hasChangedDeclarations } else { false }
  }

  /// Ends what runs, at once. Nobody is told.
  package func stop() {
    abandon()
    if case .preparing = state { state = .unprepared("the preparation was ended") }
    lock = nil
  }

  private func abandon() {
    round += 1
    jobs.pool.kill()
    interfaces.kill()
    early = nil
  }

  /// Ends a build as soon as its compilers are gone. One that waits for the preparation only stops waiting.
  package func cancel(whenGone: @escaping () -> Void) {
    if case .preparing = state {
      state = .preparing(waiting: nil)
      return jobs.pool.afterwards(whenGone)
    }
    stop()
    jobs.pool.whenIdle(whenGone)
  }

  /// What was prepared is not how SwiftPM leaves the files.
  package func invalidate(_ reason: String) {
    abandon()
    lock = nil
    let before = state
    state = .unprepared(reason)
    if case .preparing(let waiting?) = before { waiting(reason) }
  }

  /// The build for which the fast path was of no use has ended. If it has failed, too, that was not for the plan.
  package func buildEnded(succeeded: Bool) {
    if succeeded, let suspected { givenUp = suspected }
    suspected = nil
  }

  /// None of the objects that were made before is used again.
  package func forgetObjects() { overlays.forgetObjects() }

  /// Begins to build after these files were saved: more of them may follow, and then it is for nothing.
  package func anticipate(saved: Set<String>) {
    guard case .ready(let prepared) = state else { return }
    let isNew = early == nil
    abandon()
    guard let changes = try? takeChanges(to: prepared, saved: saved), !(isNew && changes.isEmpty) else {
      lock = nil  // whoever builds finds out why
      return
    }
    let early = Early()
    self.early = early
    compile(changes, prepared) { ending in
      early.ending = ending
      early.whenEnded?(ending)
    }
  }

  /// Builds after these files were saved.
  package func build(saved: Set<String>, whenEnded: @escaping (Ending) -> Void) {
    let ended = { [unowned self] (ending: Ending) in
      // Now: what a build printed that was for nothing is not shown, so that it has to be compiled again.
      if case .ready(let prepared) = state { prepared.confirmCompilation() }
      if case .declined(let reason, let isFinal) = ending {
        if isFinal, case .ready(let prepared) = state { suspected = (prepared.plan, Decline(reason)) }
        invalidate(reason)
      }
      whenEnded(ending)
      if case .built = ending, case .ready(let prepared) = state {
        interfaces.make(prepared, environment: environment)
      }
    }
    do throws(Decline) {
      let prepared: Prepared
      switch state {
      case .unprepared(let reason): throw Decline(reason)
      case .preparing:
        state = .preparing { [unowned self] obstacle in
          if let obstacle {
            whenEnded(.declined(obstacle))
          } else {
            build(saved: saved, whenEnded: whenEnded)
          }
        }
        return
      case .ready(let ready): prepared = ready
      }
      let changes = try takeChanges(to: prepared, saved: saved)
      guard let begun = early, changes.isEmpty else {
        abandon()
        return compile(changes, prepared, ended)
      }
      early = nil
      guard let ending = begun.ending else { return begun.whenEnded = ended }
      lock = nil
      ended(ending)
    } catch {
      ended(.declined(error.description))
    }
  }

  /// What has changed. Takes SwiftPM's lock, which is held as long as what follows.
  private func takeChanges(to prepared: Prepared, saved: Set<String>) throws(Decline) -> SourceChanges {
    if lock == nil { try takeLock(scratch: prepared.scratch) }
    try prepared.check(saved)
    return try prepared.takeChanges()
  }

  /// Compiles and links as soon as what was abandoned is gone.
  private func compile(
    _ changes: SourceChanges, _ prepared: Prepared, _ ended: @escaping (Ending) -> Void
  ) {
    // Now: nobody is told of them again.
    prepared.compilation.begin(
      changes, remembered: prepared.store.remembered, read: prepared.readRemembered)
    let round = round
    jobs.pool.whenIdle { [weak self] in
      guard let self, round == self.round else { return }
      FastBuild(prepared, jobs: jobs) { [unowned self] ending in
        guard round == self.round else { return }
        lock = nil
        ended(ending)
      }.start()
    }
  }

  /// Takes SwiftPM's lock for now.
  func takeLock(scratch: String) throws(Decline) {
    lock = overlays.takeSwiftPMLock(scratch: scratch)
    if lock == nil { throw Decline("another SwiftPM is building") }
  }
}
