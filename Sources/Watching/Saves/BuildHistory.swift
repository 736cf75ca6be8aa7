extension LoopBreaker {
  /// The running build, what builds are for, and what they have shown about it. Pure.
  struct BuildHistory: Sendable {
    /// The files that a build is for, and whether one of them was saved.
    struct Causes: Sendable {
      var paths: Set<String> = []
      var haveSave = false
    }

    /// Whether a build is running.
    private(set) var isRunning = false
    /// Whether the running build may write into the project.
    private(set) var writesFiles = false
    /// The end of the last build. `nil` if it did not succeed.
    private(set) var end: ContinuousClock.Instant?
    /// The causes of the next build. The first build counts as one for a save.
    var next = Causes(haveSave: true)
    /// The causes of the running build.
    private(set) var running = Causes()
    /// Whether other files have changed just before or during the running build, so that its result proves
    /// nothing about its causes.
    var hasOtherChanges = false
    /// The files that are inputs of the build, because a change of one alone has made another program.
    var inputs: Set<String> = []
    /// The files for whose change alone a build was made that produced the same program. They are no inputs
    /// of the build if that build has changed no other file, which the next batch shows.
    var likelyOutputs: Set<String> = []

    /// Records that a build begins. `afterOtherChanges` is whether files have changed that are in no batch yet.
    mutating func began(writesFiles: Bool, afterOtherChanges: Bool) {
      (isRunning, self.writesFiles) = (true, writesFiles)
      (hasOtherChanges, likelyOutputs) = (afterOtherChanges, [])
      (running, next) = (next, Causes())
    }

    /// Records that the running build has ended. If it did not succeed, the next one is also for its causes.
    mutating func ended(_ result: BuildResult, at now: ContinuousClock.Instant) {
      isRunning = false
      end = result == .none ? nil : now
      if result != .none { return }
      next.paths.formUnion(running.paths)
      next.haveSave = next.haveSave || running.haveSave
    }
  }
}
