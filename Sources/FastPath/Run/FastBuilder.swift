internal import FastPathPlan
package import Posix
package import Reporting

/// Builds by the fast path: prepares it after a `swift build`, and then compiles and links after saves.
package final class FastBuilder {
  /// The end of a build.
  package enum Ending {
    /// The build has made a program. The lines are the output of its jobs.
    case built([[String]], FastBuildSummary)
    /// The compiler has reported errors. The lines are the output of the jobs.
    case failed([[String]])
    /// The fast path falls back to `swift build` for this reason. `isFinal` is whether the same reason
    /// applies to the next build.
    case fellBack(String, isFinal: Bool = false)
  }

  /// A speculative build.
  private final class SpeculativeBuild {
    var ending: Ending?
    /// The handler of its end, which is set when the build is requested.
    var whenEnded: ((Ending) -> Void)?
  }

  enum State {
    case unprepared(String)
    /// The preparation is running. `waiting` is the build that waits for it.
    case preparing(waiting: ((String?) -> Void)?)
    case ready(FastBuildContext)
  }

  var jobs: FastJobs
  /// The environment of the jobs, which is that of SwiftPM.
  package var environment: [String] {
    get { jobs.environment }
    set {
      if newValue != jobs.environment { givenUp = nil }
      jobs.environment = newValue
    }
  }
  var state = State.unprepared("there is no build to start from")
  var lock: SharedOverlays.SwiftPMLockHolder?
  private var speculation: SpeculativeBuild?
  let interfaces: IdleInterfaces
  /// The number of preparations and builds. Results with an older number are ignored.
  var attempt = 0
  /// The last plan with which the fast path has failed although `swift build` succeeded, and the reason.
  var givenUp: (plan: Plan, reason: FallbackReason)?
  /// The plan with which the fast path has failed, and the reason. It moves to ``givenUp`` if `swift build`
  /// succeeds.
  private var suspected: (plan: Plan, reason: FallbackReason)?
  let overlays: SharedOverlays

  /// Creates a builder for the package at `root`.
  package init(root: String, overlays: SharedOverlays, loop: EventLoop, children: Children) {
    self.overlays = overlays
    jobs = FastJobs(
      root: root, pool: JobPool(limit: CurrentProcess.processors, loop: loop, children: children))
    interfaces = IdleInterfaces(
      FastJobs(root: root, pool: JobPool(limit: 1, loop: loop, children: children)))
  }

  /// Returns whether a file is an input of the program; `nil` while nothing is prepared.
  package func reads(_ path: String) -> Bool? {
    if case .ready(let context) = state { context.reads(path) } else { nil }
  }

  /// Whether declarations had changed in the last build.
  package var hasChangedDeclarations: Bool {
    if case .ready(let context) = state { context.compilation.build.hasChangedDeclarations } else { false }
  }

  /// Kills all jobs. No handler is called.
  package func stop() {
    abandon()
    if case .preparing = state { state = .unprepared("the preparation was cancelled") }
    lock = nil
  }

  private func abandon() {
    attempt += 1
    jobs.pool.kill()
    interfaces.kill()
    speculation = nil
  }

  /// Cancels a build, and calls `whenGone` as soon as its compilers have ended. A preparation for which the
  /// build waits goes on.
  package func cancel(whenGone: @escaping () -> Void) {
    if case .preparing = state {
      state = .preparing(waiting: nil)
      return jobs.pool.afterwards(whenGone)
    }
    stop()
    jobs.pool.whenIdle(whenGone)
  }

  /// Discards the preparation, because the files are no longer those of SwiftPM's last build.
  package func invalidate(_ reason: String) {
    abandon()
    lock = nil
    let before = state
    state = .unprepared(reason)
    if case .preparing(let waiting?) = before { waiting(reason) }
  }

  /// Notes the end of a build. If `swift build` failed too after the fast path had fallen back, the plan was
  /// not the reason for that.
  package func buildEnded(succeeded: Bool) {
    if succeeded, let suspected { givenUp = suspected }
    suspected = nil
  }

  /// Forgets all objects of earlier builds.
  package func forgetObjects() { overlays.forgetObjects() }

  /// Begins a speculative build of saved files. It is replaced if more files are saved.
  package func speculate(saved: Set<String>) {
    guard case .ready(let context) = state else { return }
    let isNew = speculation == nil
    abandon()
    guard let changes = try? takeChanges(to: context, saved: saved), !(isNew && changes.isEmpty) else {
      lock = nil  // the next build reports the reason
      return
    }
    let speculation = SpeculativeBuild()
    self.speculation = speculation
    compile(changes, context) { ending in
      speculation.ending = ending
      speculation.whenEnded?(ending)
    }
  }

  /// Builds after these files were saved.
  package func build(saved: Set<String>, whenEnded: @escaping (Ending) -> Void) {
    let ended = { [unowned self] (ending: Ending) in
      // Compilations are only confirmed now. The output of an abandoned build is not shown, so its sources
      // must be compiled again.
      if case .ready(let context) = state { context.confirmCompilation() }
      if case .fellBack(let reason, let isFinal) = ending {
        if isFinal, case .ready(let context) = state {
          suspected = (context.program.plan, FallbackReason(reason))
        }
        invalidate(reason)
      }
      whenEnded(ending)
      if case .built = ending, case .ready(let context) = state {
        interfaces.make(context, environment: environment)
      }
    }
    do throws(FallbackReason) {
      let context: FastBuildContext
      switch state {
      case .unprepared(let reason): throw FallbackReason(reason)
      case .preparing:
        state = .preparing { [unowned self] reason in
          if let reason {
            whenEnded(.fellBack(reason))
          } else {
            build(saved: saved, whenEnded: whenEnded)
          }
        }
        return
      case .ready(let ready): context = ready
      }
      let changes = try takeChanges(to: context, saved: saved)
      guard let begun = speculation, changes.isEmpty else {
        abandon()
        return compile(changes, context, ended)
      }
      speculation = nil
      guard let ending = begun.ending else { return begun.whenEnded = ended }
      lock = nil
      ended(ending)
    } catch {
      ended(.fellBack(error.description))
    }
  }

  /// Returns the changes since the last call. Takes SwiftPM's lock, which is held until the build has ended.
  private func takeChanges(to context: FastBuildContext, saved: Set<String>) throws(FallbackReason)
    -> SourceChanges
  {
    if lock == nil { try takeLock(scratch: context.program.scratch) }
    try context.check(saved)
    return try context.takeChanges()
  }

  /// Compiles and links, as soon as the jobs of an abandoned build have ended.
  private func compile(
    _ changes: SourceChanges, _ context: FastBuildContext, _ ended: @escaping (Ending) -> Void
  ) {
    // The changes must be recorded now, because they are not returned again.
    context.compilation.beginBuild(
      changes, remembered: context.store.remembered, read: context.readRemembered)
    let attempt = attempt
    jobs.pool.whenIdle { [weak self] in
      guard let self, attempt == self.attempt else { return }
      FastBuild(context, jobs: jobs) { [unowned self] ending in
        guard attempt == self.attempt else { return }
        lock = nil
        ended(ending)
      }.start()
    }
  }

  /// Takes SwiftPM's lock. Throws ``FallbackReason`` if another process has it.
  func takeLock(scratch: String) throws(FallbackReason) {
    lock = overlays.takeSwiftPMLock(scratch: scratch)
    if lock == nil { throw FallbackReason("another SwiftPM process is building") }
  }
}
