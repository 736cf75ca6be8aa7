internal import Building
internal import FastPath
internal import Posix

/// Builds by the ``FastPath``: prepares it after a `swift build`, and then compiles and links what a save changed.
final class FastBuilder {
  /// How a build ended.
  enum Ending {
    /// With a program, and what the jobs printed; after so long in the compiler, and in the linker.
    case built([[String]], compiling: Duration, linking: Duration)
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

  private enum State {
    case unprepared(String)
    case ready(Prepared)
  }

  /// Sources that one save may have compiled; beyond, SwiftPM, which knows better what depends on what, is faster.
  private static let limit = 16

  private var jobs: FastJobs
  /// Of the jobs: that of SwiftPM.
  var environment: [String] {
    get { jobs.environment }
    set {
      if newValue != jobs.environment { (knownJobs, givenUp) = ([:], nil) }
      jobs.environment = newValue
    }
  }
  private var state = State.unprepared("there is no build to start from")
  private var lock: SwiftPMLock?
  private var early: Early?
  /// Counts preparations and builds: what an abandoned one still says is for nobody.
  private var round = 0
  private var knownJobs: [[String]: ModuleJobs] = [:]
  /// The plan that was followed and led to nothing, and why.
  private var givenUp: (plan: Plan, reason: Decline)?
  /// The plan that leads to nothing, if `swift build` makes the program.
  private var suspected: (plan: Plan, reason: Decline)?
  private let overlays: SharedOverlays

  /// For the package at `root`.
  init(root: String, overlays: SharedOverlays, loop: EventLoop, children: Children) {
    self.overlays = overlays
    jobs = FastJobs(
      root: root, pool: JobPool(limit: CurrentProcess.processors, loop: loop, children: children))
  }

  /// Whether the program is made of a file; nil while nothing is prepared.
  func reads(_ path: String) -> Bool? {
    if case .ready(let prepared) = state { prepared.reads(path) } else { nil }
  }

  /// Ends what runs, at once. Nobody is told.
  func stop() {
    abandon()
    lock = nil
  }

  private func abandon() {
    round += 1
    jobs.pool.kill()
    early = nil
  }

  /// Ends a build as soon as its compilers are gone.
  func cancel(whenGone: @escaping () -> Void) {
    stop()
    jobs.pool.whenIdle(whenGone)
  }

  /// What was prepared is not how SwiftPM leaves the files.
  func invalidate(_ reason: String) {
    stop()
    state = .unprepared(reason)
  }

  /// The build for which the fast path was of no use has ended. If it has failed, too, that was not for the plan.
  func buildEnded(succeeded: Bool) {
    if succeeded, let suspected { givenUp = suspected }
    suspected = nil
  }

  /// Gets ready after a `swift build` that began at `start` and made `program`; builds will make `output`. `whenEnded`
  /// gets why it cannot.
  func prepare(
    program: String, output: String, builtSince start: Int64, whenEnded: @escaping (Decline?) -> Void
  ) {
    invalidate("it is still being prepared")
    let round = round
    do throws(Decline) {
      let prepared = try Prepared(program: program, root: jobs.root)
      if let givenUp, givenUp.plan == prepared.plan { throw givenUp.reason }
      try lock(prepared)
      try prepared.takeStamps(builtSince: start)
      let preparation = Preparation(prepared, jobs: jobs, knownJobs: knownJobs) { [unowned self] in
        knownJobs[$0] = $1
      } ended: { [unowned self] decline in
        guard round == self.round else { return }
        whenEnded(finish(prepared, decline))
      }
      preparation.start(output: output)
    } catch {
      invalidate(error.description)
      whenEnded(error)
    }
  }

  private func finish(_ prepared: Prepared, _ decline: Decline?) -> Decline? {
    lock = nil
    do throws(Decline) {
      if let decline { throw decline }
      if try !prepared.takeChangedSources().isEmpty {
        throw Decline("a source was saved during the preparation")
      }
      prepared.library.map { _ = overlays.libraries.insert($0) }
      DependencyLibrary.removeAll(in: prepared.overlay.directory, but: overlays.libraries)
      overlays.remove(prepared.abandonedOverlays)
      state = .ready(prepared)
      return nil
    } catch {
      state = .unprepared(error.description)
      return error
    }
  }

  /// Begins to build after these files were saved: more of them may follow, and then it is for nothing.
  func anticipate(saved: Set<String>) {
    guard case .ready(let prepared) = state else { return }
    let isNew = early == nil
    abandon()
    guard let changed = try? takeChanges(to: prepared, saved: saved), !(isNew && changed.isEmpty) else {
      lock = nil  // whoever builds finds out why
      return
    }
    let early = Early()
    self.early = early
    compile(changed, prepared) { ending in
      early.ending = ending
      early.whenEnded?(ending)
    }
  }

  /// Builds after these files were saved.
  func build(saved: Set<String>, whenEnded: @escaping (Ending) -> Void) {
    let ended = { [unowned self] (ending: Ending) in
      // Now: what a build printed that was for nothing is not shown, so that it has to be compiled again.
      if case .ready(let prepared) = state { prepared.confirmCompilation() }
      if case .declined(let reason, let isFinal) = ending {
        if isFinal, case .ready(let prepared) = state { suspected = (prepared.plan, Decline(reason)) }
        invalidate(reason)
      }
      whenEnded(ending)
    }
    do throws(Decline) {
      let prepared: Prepared
      switch state {
      case .unprepared(let reason): throw Decline(reason)
      case .ready(let ready): prepared = ready
      }
      let changed = try takeChanges(to: prepared, saved: saved)
      guard let begun = early, changed.isEmpty else {
        abandon()
        return compile(changed, prepared, ended)
      }
      early = nil
      guard let ending = begun.ending else { return begun.whenEnded = ended }
      lock = nil
      ended(ending)
    } catch {
      ended(.declined(error.description))
    }
  }

  /// The sources that have changed. Takes SwiftPM's lock, which is held as long as what follows.
  private func takeChanges(to prepared: Prepared, saved: Set<String>) throws(Decline) -> Set<String> {
    if lock == nil { try lock(prepared) }
    try prepared.check(saved)
    return try prepared.takeChangedSources()
  }

  /// Compiles and links as soon as what was abandoned is gone.
  private func compile(_ changed: Set<String>, _ prepared: Prepared, _ ended: @escaping (Ending) -> Void) {
    prepared.compilation.begin(changed: changed)  // now: nobody is told of them again
    let round = round
    jobs.pool.whenIdle { [weak self] in
      guard let self, round == self.round else { return }
      FastBuild(prepared, jobs: jobs, limit: Self.limit) { [unowned self] ending in
        guard round == self.round else { return }
        lock = nil
        ended(ending)
      }.start()
    }
  }

  /// Takes SwiftPM's lock for now, and the overlay's.
  private func lock(_ prepared: Prepared) throws(Decline) {
    lock = SwiftPMLock(scratch: prepared.scratch)
    if lock == nil { throw Decline("another SwiftPM is building") }
    try overlays.lock(prepared.overlay.directory)
  }
}
