extension LoopBreaker {
  /// The phase of a build cycle in which a file changed.
  package enum CyclePhase: Sendable {
    /// A build was running that may write into the project.
    case build
    /// A server was starting, or a build was running that does not write into the project.
    case start
  }

  /// The result of a build.
  package enum BuildResult: Sendable {
    /// The program is the same as before, is different, or cannot be compared.
    case same, different, unknown
    /// The build did not succeed.
    case none
  }

  /// The circumstances of a change.
  enum Circumstance: Equatable {
    /// The file was saved.
    case save
    /// An own program may have written the file. It has changed with the same delay after this number of
    /// build cycles in a row; 0 if it may as well be a save.
    case following(Int)
    /// No own program can have written the file, although it has changed with the same delay after many build
    /// cycles in a row: this number more than ``lockstepLimit``.
    case inLockstep(Int)
    /// The file changed in this phase of the build cycle of this number.
    case inCycle(Int, CyclePhase)
  }

  /// A file that changed in a build cycle and is looked at again later.
  struct Waiting {
    /// Whether the file did not exist before the change.
    var isNew: Bool
    /// The phase in which it changed.
    var phase: CyclePhase
  }
}
